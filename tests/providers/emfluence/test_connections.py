"""The limit on simultaneous requests of one address."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from mockserver.app import Switchboard, create_app
from mockserver.core.workspace import Workspace
from mockserver.providers.emfluence.actions import users
from mockserver.settings import Settings
from tests.providers.emfluence.client import envelope
from tests.workspace import Response

MOST = 5
PING = "/v1/helper/ping"


class Crowd:
    """Clients that call one server at the same time. All but the first of a workspace wait for their turns."""

    def __init__(self, **settings: Any) -> None:
        self.server: Switchboard = create_app(Settings(throttle=settings.pop("throttle", "enforce")))
        self._settings = {"requests_per_second": 1, **settings}
        self._tasks: list[asyncio.Task[Response]] = []

    def workspace(self, name: str = "crowd") -> Workspace:
        made = self.server.runtime.workspaces.open(name)
        made.settings["emfluence"] = made.settings["emfluence"].model_copy(update=self._settings)
        return made

    async def call(self, path: str = PING, *, address: str = "10.0.0.1", name: str = "crowd", **request: Any) -> Response:
        self.workspace(name)
        transport = httpx2.ASGITransport(self.server, client=(address, 5000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as client:
            return await client.post(path, headers={"Authorization": f"ws-{name}"}, **request)

    async def waiting(self, count: int, **where: Any) -> None:
        """Let one call through, and so many wait behind it."""
        await self.call(**where)
        self._tasks += [asyncio.create_task(self.call(**where)) for _ in range(count)]
        running = self.workspace(where.get("name", "crowd")).running
        while running["emfluence", where.get("address", "10.0.0.1")] < count:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def released(self) -> list[Response]:
        """The answers of those that waited: a clock that stands still lets everybody go."""
        for workspace in self.server.runtime.workspaces:
            workspace.clock.freeze()
        return await asyncio.gather(*self._tasks, return_exceptions=False)

    async def hang_up(self) -> None:
        """All that wait give up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def play(scene: Callable[[Crowd], Awaitable[None]], **settings: Any) -> None:
    """Play a scene on a server of its own."""
    crowd = Crowd(**settings)

    async def whole() -> None:
        try:
            await scene(crowd)
        finally:
            await crowd.hang_up()
            crowd.server.runtime.workspaces.close()

    asyncio.run(whole())


@pytest.mark.rule("emf.connections", "emf.code.5")
def test_the_sixth_simultaneous_request_of_an_address_is_refused_with_status_403() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(MOST)
        refused = await crowd.call()
        elsewhere = asyncio.create_task(crowd.call(address="10.0.0.2"))
        answers = [*await crowd.released(), await elsewhere]
        body = envelope(refused)

        assert (403, 5) == (refused.status_code, body["code"])
        assert ["Too many concurrent requests: 6 are running, the maximum is 5"] == body["errors"]
        assert "x-api-ratelimit-throttled" not in refused.headers
        assert [200] * (MOST + 1) == [each.status_code for each in answers]

    play(scene)


@pytest.mark.rule("emf.throttle.header")
def test_the_header_tells_how_many_requests_are_running() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(MOST)
        told = sorted(each.headers["x-api-ratelimit-throttled"] for each in await crowd.released())

        assert [
            f"Request was throttled for {n} second{'s' * (n > 1)}. {n} requests are running.  The maximum is 5 requests."
            "  1 requests processed in the last 1 second"
            for n in range(1, MOST + 1)
        ] == told

    play(scene)


@pytest.mark.rule("emf.throttle.shared")
def test_a_refused_request_takes_nobodys_turn() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(MOST)
        refused = [await crowd.call() for _ in range(3)]
        await crowd.released()
        after = await crowd.call()

        assert {403} == {each.status_code for each in refused}
        assert after.headers["x-api-ratelimit-throttled"].startswith("Request was throttled for 6 seconds.")

    play(scene)


@pytest.mark.rule("emf.connections")
def test_requests_are_counted_in_each_workspace_by_itself() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(MOST, name="one")
        other = await crowd.call(name="two")

        assert 200 == other.status_code
        assert 403 == (await crowd.call(name="one")).status_code

    play(scene)


@pytest.mark.rule("emf.connections")
def test_a_workspace_whose_calls_wait_is_usable_meanwhile() -> None:
    async def scene(crowd: Crowd) -> None:
        saved = {"json": {"email": "meanwhile@example.com"}}
        await crowd.waiting(MOST - 1)
        crowd.workspace().settings["emfluence"] = (
            crowd.workspace().settings["emfluence"].model_copy(update={"throttle": "off"})
        )
        transport = httpx2.ASGITransport(crowd.server, client=("127.0.0.1", 5000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as client:
            headers = {"Authorization": "ws-crowd"}
            made = await client.post("/v1/contacts/save", headers=headers, **saved)
            seen = await client.get("/_mock/journal?workspace=crowd")
            reset = await client.post("/_mock/reset?workspace=crowd")
        answers = await crowd.released()

        assert 1 == envelope(made)["success"]
        assert (200, 200) == (seen.status_code, reset.status_code)
        assert [1] * (MOST - 1) == [envelope(each)["success"] for each in answers]

    play(scene)


@pytest.mark.rule("emf.no_room")
def test_a_call_whose_workspace_was_deleted_while_it_waited_is_code_3() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(1)
        workspace = crowd.workspace()
        crowd.server.runtime.workspaces.delete("crowd")
        workspace.clock.freeze()
        (answer,) = await crowd.released()

        assert (200, 3) == (answer.status_code, envelope(answer)["code"])
        assert ["the workspace crowd was deleted"] == answer.json()["errors"]

    play(scene)


@pytest.mark.rule("emf.connections")
def test_whoever_hangs_up_counts_no_more() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(MOST)
        refused = await crowd.call()
        await crowd.hang_up()
        running = dict(crowd.workspace().running)
        crowd.workspace().clock.freeze()

        assert 403 == refused.status_code
        assert {} == running
        assert 200 == (await crowd.call()).status_code

    play(scene)


@pytest.mark.rule("emf.connections")
def test_neither_a_refused_nor_a_failing_request_counts_when_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async def scene(crowd: Crowd) -> None:
        crowd.workspace().clock.freeze()
        monkeypatch.setattr(users, "lookup", fail)
        paths = ["/v1/users/lookup", "/v1/nothing", "/v1/contacts/lookup", "/v1/exports/emails"]
        codes = [(await crowd.call(path)).json()["code"] for path in paths]
        unreadable = await crowd.call(PING, content=b"{")

        assert [1, 100, 502, 1, 500] == [*codes, unreadable.json()["code"]]
        assert {} == dict(crowd.workspace().running)

    play(scene)


@pytest.mark.rule("emf.connections")
@pytest.mark.parametrize("most", [1, 2, 8])
def test_the_number_of_connections_is_a_setting(most: int) -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(most)

        assert 403 == (await crowd.call()).status_code
        assert [200] * most == [each.status_code for each in await crowd.released()]

    play(scene, simultaneous_connections=most)


@pytest.mark.rule("emf.throttle.mode")
def test_observed_connections_are_noted_and_answered() -> None:
    async def scene(crowd: Crowd) -> None:
        await crowd.waiting(MOST)
        workspace = crowd.workspace()
        workspace.throttle = "observe"
        observed = await crowd.call()
        told = [next(iter(workspace.journal)).throttled]
        workspace.throttle = "off"
        unseen = await crowd.call()
        told.append(next(iter(workspace.journal)).throttled)

        assert (200, 200) == (observed.status_code, unseen.status_code)
        assert ["observe", None] == told
        assert "x-api-ratelimit-throttled" not in observed.headers

    play(scene)
