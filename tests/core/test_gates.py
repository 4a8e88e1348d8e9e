"""Gates that wait: the rest of the call waits for them, nobody else does."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx2
import pytest

from mockserver.app import Switchboard, doors
from mockserver.core.call import Call
from mockserver.core.errors import BodyTooLarge
from mockserver.core.gates import Gate
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.providers.ethermailer.errors import NotFound
from mockserver.settings import Settings
from tests.runtime import new_runtime

Response = httpx2.Response


class Gatehouse:
    """Two gates behind the provider's own: the first waits for some turns of the loop; both note who passes."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.passed: list[str] = []
        self._problem = problem

    @property
    def gates(self) -> tuple[Gate, ...]:
        return (*ETHERMAILER.gates, self.wait, self.note)

    async def wait(self, call: Call) -> None:
        """As a gate: a coroutine is something to be awaited."""
        self.passed.append(f"{call.workspace.name} comes")
        for _ in range(5 if call.workspace.name == "slow" else 0):
            await asyncio.sleep(0)
        if self._problem is not None:
            raise self._problem
        self.passed.append(f"{call.workspace.name} waited")

    def note(self, call: Call) -> None:
        self.passed.append(f"{call.workspace.name} passes")


@contextmanager
def serving(gatehouse: Gatehouse) -> Iterator[Switchboard]:
    runtime = new_runtime(replace(ETHERMAILER, gates=gatehouse.gates), throttle="off")
    yield Switchboard(runtime, doors(Settings()))
    runtime.workspaces.close()


async def ask(app: Switchboard, workspace: str) -> Response:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8765") as client:
        return await client.get("/ethermailer/user", headers={"Authorization": f"API ws-{workspace}"})


def ask_one(gatehouse: Gatehouse, look: Callable[[Switchboard], None] = lambda _: None) -> Response:
    """Call once; `look` at the server afterwards."""
    with serving(gatehouse) as app:
        response = asyncio.run(ask(app, "slow"))
        look(app)
        return response


def test_the_gates_after_one_that_waits_come_when_it_has_waited() -> None:
    gatehouse = Gatehouse()

    assert 200 == ask_one(gatehouse).status_code
    assert ["slow comes", "slow waited", "slow passes"] == gatehouse.passed


def test_other_calls_pass_while_one_waits_at_a_gate() -> None:
    gatehouse = Gatehouse()

    async def both(app: Switchboard) -> tuple[Response, Response]:
        return await asyncio.gather(ask(app, "slow"), ask(app, "quick"))

    with serving(gatehouse) as app:
        answers = asyncio.run(both(app))

    assert [200, 200] == [answer.status_code for answer in answers]
    assert gatehouse.passed.index("quick passes") < gatehouse.passed.index("slow waited")


def test_a_refusal_from_a_gate_that_waited_is_answered_and_stops_the_call() -> None:
    gatehouse = Gatehouse(NotFound("contact", "There is no such contact.", "ether.get_contact.unknown"))

    def look(app: Switchboard) -> None:
        workspace = app.runtime.workspaces.open("slow")
        (call,) = workspace.journal

        assert (404, True, {"ether.get_contact.unknown"}) == (call.status, call.refused, call.rules)
        assert not workspace.database.in_transaction

    assert 404 == ask_one(gatehouse, look).status_code
    assert ["slow comes"] == gatehouse.passed


def test_a_notice_from_a_gate_that_waited_is_put_into_the_provider_s_words() -> None:
    assert 413 == ask_one(Gatehouse(BodyTooLarge(7))).status_code


def test_anything_else_that_goes_wrong_in_a_gate_that_waited_is_a_fault_of_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gatehouse = Gatehouse(RuntimeError("the gate is off its hinges"))

    assert 500 == ask_one(gatehouse).status_code
    assert ["GET /user failed"] == [record.getMessage() for record in caplog.records]
