"""Which operation a call means, found without FastAPI's router."""

import re
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from mockserver.core.operations import Operation, Operations, api_routes, operations_of


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
    return operations_of([app.router], rule_prefix="bakery")


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


def test_a_route_outside_the_document_is_known_but_not_served(app: FastAPI) -> None:
    refusals = APIRouter(include_in_schema=False)
    refusals.get("/flour")(get_bread)
    refusals.add_api_route("/flour", heat_oven, methods=["PUT"])
    app.include_router(refusals)
    operations = operations_of([app.router], rule_prefix="bakery")

    assert not operations.by_name["heat_oven"].served
    assert operations.find("PUT", "/flour")[0] is operations.by_name["heat_oven"]
    assert ["delete_bread", "bake_bread", "list_breads", "change_bread", "delete_all_breads"] == [
        operation.name for operation in operations.served
    ]


# The tree of segments


def operation(method: str, template: str) -> Operation:
    return Operation(f"{method} {template}", method, template, "bakery.rule", False, True, _unused)


async def _unused(*_: Any) -> None:
    """No operation here is ever run."""


SHELVES = Operations(
    [
        operation("GET", "/loaves/{loaf}"),
        operation("PUT", "/loaves/{loaf}/shelves"),
        operation("PUT", "/loaves/{loaf}/shelves/remove"),
        operation("DELETE", "/loaves/{loaf}/shelves"),
        operation("PUT", "/loaves/{shelf}/copy"),
        operation("PUT", "/loaves/status"),
        operation("PUT", "/loaves/status/{before}/to/{after}"),
        operation("PUT", "/loaves/shelves/remove"),
        operation("PUT", "/{shop}/loaves/{loaf}/sold"),
    ]
)


@pytest.mark.parametrize(
    ("call", "template", "parameters"),
    [
        ("GET /loaves/7", "/loaves/{loaf}", {"loaf": "7"}),
        ("PUT /loaves/shelves/remove", "/loaves/shelves/remove", {}),
        ("PUT /loaves/status", "/loaves/status", {}),
        ("PUT /loaves/status/a/to/b", "/loaves/status/{before}/to/{after}", {"before": "a", "after": "b"}),
        ("PUT /loaves/7/copy", "/loaves/{shelf}/copy", {"shelf": "7"}),
        # the literal branch has no operation for the method
        ("GET /loaves/status", "/loaves/{loaf}", {"loaf": "status"}),
        ("GET /loaves/shelves", "/loaves/{loaf}", {"loaf": "shelves"}),
        ("DELETE /loaves/shelves/shelves", "/loaves/{loaf}/shelves", {"loaf": "shelves"}),
        # it ends too early, or leads elsewhere
        ("PUT /loaves/status/shelves", "/loaves/{loaf}/shelves", {"loaf": "status"}),
        ("PUT /loaves/shelves/shelves/remove", "/loaves/{loaf}/shelves/remove", {"loaf": "shelves"}),
        ("PUT /loaves/status/copy", "/loaves/{shelf}/copy", {"shelf": "status"}),
        ("PUT /loaves/loaves/status/sold", "/{shop}/loaves/{loaf}/sold", {"shop": "loaves", "loaf": "status"}),
    ],
)
def test_a_literal_segment_wins_unless_it_leads_nowhere(call: str, template: str, parameters: dict[str, str]) -> None:
    method, path = call.split()
    found, values = SHELVES.find(method, path)

    assert found is not None
    assert (method, template) == (found.method, found.template)
    assert parameters == values


@pytest.mark.parametrize(
    "call", ["DELETE /loaves/status", "GET /loaves/status/a/to/b", "PUT /loaves/status/a/to", "PUT /a/b"]
)
def test_a_path_that_leads_nowhere_on_any_branch_is_no_operation(call: str) -> None:
    assert (None, {}) == SHELVES.find(*call.split())


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/loaves/status", ["GET", "PUT"]),
        ("/loaves/shelves", ["GET"]),
        ("/loaves/shelves/shelves", ["DELETE", "PUT"]),
        ("/loaves/status/a/to/b", ["PUT"]),
        ("/loaves/status/a", []),
    ],
)
def test_the_methods_of_a_path_are_those_of_all_branches(path: str, methods: list[str]) -> None:
    assert methods == SHELVES.allowed(path)


segments = st.sampled_from(["a", "b", "{}"])
shapes = st.sets(
    st.tuples(st.sampled_from(["GET", "PUT"]), st.lists(segments, min_size=1, max_size=4).map(tuple)), max_size=12
)


@settings(deadline=None)
@given(shapes=shapes, path=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4))
def test_the_operation_found_is_the_one_with_the_earliest_literals(
    shapes: set[tuple[str, tuple[str, ...]]], path: list[str]
) -> None:
    """What one would find by trying all templates."""
    names = [(method, [part.format(f"{{v{at}}}") for at, part in enumerate(shape)]) for method, shape in sorted(shapes)]
    known = Operations(operation(method, "/" + "/".join(parts)) for method, parts in names)
    fitting = [each for each in known.by_name.values() if each.method == "PUT" and _fits(each.template, path)]
    expected = min(fitting, key=lambda each: ["{" in part for part in each.template.split("/")], default=None)
    found, values = known.find("PUT", "/" + "/".join(path))

    assert expected is found
    assert found is None or found.template.format_map(values) == "/" + "/".join(path)


def _fits(template: str, path: list[str]) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), "/" + "/".join(path)) is not None
