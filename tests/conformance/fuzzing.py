"""Calls of every operation of an OpenAPI document, with whatever its schemas allow."""

from collections.abc import Callable

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

Case = schemathesis.Case

HOST = {"Host": "localhost"}


@schemathesis.serializer("application/vnd.sqlite3")
def as_file(_context: object, value: object) -> bytes:
    """What is sent as a snapshot's file."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


# The same calls at every run; they are small enough without shrinking.
calm = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def call_everything(client: TestClient, document: str, call: Callable[[Case, bool], int]) -> dict[str, bool]:
    """Call every operation of a document; returns for each whether it ever succeeded."""
    schema = schemathesis.openapi.from_asgi(document, client.app, headers=HOST)
    operations = [found.ok() for found in schema.get_all_operations()]
    return {operation.label: call_in_many_ways(operation, call) for operation in operations}


def call_in_many_ways(operation: schemathesis.APIOperation, call: Callable[[Case, bool], int]) -> bool:
    """Call one operation with whatever its schema allows, half of the calls guided by what there is."""
    statuses = []

    def note(case: Case, guided: bool) -> None:
        statuses.append(call(case, guided))

    calm(given(case=operation.as_strategy(), guided=st.booleans())(note))()
    return min(statuses) < 300
