"""Which operation a call means, found without FastAPI's router."""

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from mockserver.core.operations import Operations, api_routes, operations_of


class Loaf(BaseModel):
    name: str


breads = APIRouter()
ovens = APIRouter(prefix="/ovens")


@breads.get("/breads/{breadId}")
async def get_bread(breadId: str) -> str:  # noqa: N803 - a wire spelling
    return breadId


@breads.delete("/breads/{breadId}")
async def delete_bread(breadId: str) -> str:  # noqa: N803
    return breadId


@breads.post("/breads")
async def bake_bread(loaf: Loaf) -> str:
    return loaf.name


@breads.get("/breads/limit/{limit}/offset/{offset}")
async def list_breads(limit: str, offset: str) -> str:
    return limit + offset


@ovens.put("/{oven}/heat")
async def heat_oven(oven: str) -> str:
    return oven


late = APIRouter()


@late.post("/breads/{breadId}")
async def change_bread(breadId: str, loaf: Loaf) -> str:  # noqa: N803
    return breadId + loaf.name


@late.delete("/breads/all")
async def delete_all_breads() -> str:
    return "all"


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    for router in (breads, ovens, late):
        app.include_router(router)
    return app


@pytest.fixture
def operations(app: FastAPI) -> Operations:
    return operations_of(app.router, rule_prefix="bakery")


def test_operations_are_known_by_the_names_of_their_functions_in_the_order_of_the_routes(operations: Operations) -> None:
    assert [
        "get_bread",
        "delete_bread",
        "bake_bread",
        "list_breads",
        "heat_oven",
        "change_bread",
        "delete_all_breads",
    ] == list(operations.by_name)


def test_an_operation_knows_its_method_template_and_rulebook_row(operations: Operations) -> None:
    operation = operations.by_name["delete_bread"]

    assert ("DELETE", "/breads/{breadId}", "bakery.delete_bread") == (
        operation.method,
        operation.template,
        operation.rule,
    )


def test_an_operation_knows_whether_it_takes_a_body(operations: Operations) -> None:
    assert {"bake_bread", "change_bread"} == {each.name for each in operations.by_name.values() if each.takes_body}


@pytest.mark.parametrize(
    ("method", "path", "name", "parameters"),
    [
        ("POST", "/breads", "bake_bread", {}),
        ("GET", "/breads/rye", "get_bread", {"breadId": "rye"}),
        ("DELETE", "/breads/rye", "delete_bread", {"breadId": "rye"}),
        ("GET", "/breads/limit/5/offset/-1", "list_breads", {"limit": "5", "offset": "-1"}),
        ("GET", "/breads/crème brûlée\n", "get_bread", {"breadId": "crème brûlée\n"}),
    ],
)
def test_a_call_is_known_by_method_and_path(
    operations: Operations, method: str, path: str, name: str, parameters: dict[str, str]
) -> None:
    operation, found = operations.find(method, path)

    assert operation is operations.by_name[name]
    assert parameters == found


def test_a_literal_path_wins_over_a_parameter_even_from_a_later_router(operations: Operations) -> None:
    operation, parameters = operations.find("DELETE", "/breads/all")

    assert operation is operations.by_name["delete_all_breads"]
    assert {} == parameters


def test_a_literal_path_is_a_parameter_s_value_for_another_method(operations: Operations) -> None:
    operation, parameters = operations.find("GET", "/breads/all")

    assert operation is operations.by_name["get_bread"]
    assert {"breadId": "all"} == parameters


def test_the_same_path_is_found_in_a_later_router_for_another_method(operations: Operations) -> None:
    operation, _ = operations.find("POST", "/breads/rye")

    assert operation is operations.by_name["change_bread"]


def test_the_prefix_of_a_router_belongs_to_the_path(operations: Operations) -> None:
    operation, parameters = operations.find("PUT", "/ovens/big/heat")

    assert operation is operations.by_name["heat_oven"]
    assert {"oven": "big"} == parameters
    assert (None, {}) == operations.find("PUT", "/ovens/bigxheat")


@pytest.mark.parametrize(
    "path", ["", "/", "/breads/", "/breads//", "/breads/rye/", "/breads/rye/crust", "/Breads/rye", "breads/rye", "/bread"]
)
def test_a_path_that_no_template_fits_is_no_operation_and_has_no_methods(operations: Operations, path: str) -> None:
    assert (None, {}) == operations.find("GET", path)
    assert [] == operations.allowed(path)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "get"])
def test_another_method_on_a_known_path_is_no_operation(operations: Operations, method: str) -> None:
    assert (None, {}) == operations.find(method, "/breads/rye")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/breads", ["POST"]),
        ("/breads/rye", ["DELETE", "GET", "POST"]),
        ("/breads/all", ["DELETE", "GET", "POST"]),
        ("/breads/limit/5/offset/0", ["GET"]),
        ("/ovens/big/heat", ["PUT"]),
    ],
)
def test_the_methods_of_a_path_are_those_of_all_routers(operations: Operations, path: str, methods: list[str]) -> None:
    assert methods == operations.allowed(path)


def test_every_route_is_found_also_those_of_included_routers(app: FastAPI) -> None:
    inner, outer = APIRouter(), APIRouter()
    inner.get("/flour")(get_bread)
    outer.include_router(inner)
    app.include_router(outer)

    assert "/flour" in {route.path for route in api_routes(app.router)}
