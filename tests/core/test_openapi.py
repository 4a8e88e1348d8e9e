"""OpenAPI documents: what is added to FastAPI's own."""

from typing import Any

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, Field

from mockserver.core.openapi import described, provider_api


class Bread(BaseModel):
    """What somebody asks for."""

    kind: str
    slices: int = Field(1, alias="Slices")


class Refused(BaseModel):
    why: str


class Answer(BaseModel):
    loaf: str


router = APIRouter()


@router.api_route("/bread/find", methods=["POST", "GET"])
async def find_bread(bread: Bread) -> Any:
    """Find bread."""


@router.api_route("/bread/count", methods=["GET", "POST"])
async def count_bread() -> Any:
    """Count it."""


@router.get("/bread/{name}/slice/{number}")
async def get_slice(name: str) -> Any:
    """Get a slice."""


@router.post("/bread")
async def bake_bread(bread: Bread) -> Any:
    """Bake bread."""


@pytest.fixture(name="document")
def made() -> dict[str, Any]:
    api = provider_api("Bakery", [router], refusal=Refused, success=Answer)
    return described(api, server="/bakery", security={"type": "apiKey"})


def test_the_document_says_where_it_is_served_and_to_whom(document: dict[str, Any]) -> None:
    assert [{"url": "/bakery"}] == document["servers"]
    assert [{"credentials": []}] == document["security"]
    assert {"credentials": {"type": "apiKey"}} == document["components"]["securitySchemes"]


def test_a_route_of_two_methods_is_two_operations_each_with_a_name(document: dict[str, Any]) -> None:
    names = {path: [each["operationId"] for each in document["paths"][path].values()] for path in document["paths"]}

    assert ["find_bread_bread_find_get", "find_bread_bread_find_post"] == names["/bread/find"]
    assert ["count_bread_bread_count_get", "count_bread_bread_count_post"] == names["/bread/count"]
    assert ["bake_bread_bread_post"] == names["/bread"]


def test_a_get_is_asked_by_query_for_what_a_post_has_in_its_body(document: dict[str, Any]) -> None:
    get, post = (document["paths"]["/bread/find"][method] for method in ("get", "post"))

    assert ("requestBody" in post, "requestBody" in get) == (True, False)
    assert [] == post["parameters"]
    assert [("kind", "query", True), ("Slices", "query", False)] == [
        (each["name"], each["in"], each["required"]) for each in get["parameters"]
    ]
    assert "integer" == get["parameters"][1]["schema"]["type"]


def test_every_variable_of_a_path_is_declared(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/bread/{name}/slice/{number}"]["get"]["parameters"]

    assert {("name", True), ("number", True)} == {(each["name"], each["required"]) for each in parameters}


def test_answers_and_refusals_have_the_shapes_that_the_api_was_given(document: dict[str, Any]) -> None:
    def shape(path: str, method: str, status: str) -> str:
        content = document["paths"][path][method]["responses"][status]["content"]
        return str(content["application/json"]["schema"]["$ref"]).rpartition("/")[2]

    assert ["Answer", "Refused"] == [shape("/bread/find", "get", status) for status in ("200", "default")]
