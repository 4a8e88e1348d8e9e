"""Messages that are handed on to an SMTP server: a real one, that keeps what it gets."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from socket import socket
from time import monotonic
from typing import Any

import pytest

from mockserver.core import outbox, relay
from mockserver.core.addresses import Address
from mockserver.core.context import Context
from mockserver.core.limits import Limits
from mockserver.core.outbox import Batch, Kept, Written
from mockserver.core.relay import Relay
from mockserver.core.smtp import Letter, NotTaken, Unreachable, letter
from mockserver.core.workspace import Workspace
from mockserver.providers.ethermailer import ETHERMAILER
from tests.catcher import Catcher, Caught
from tests.runtime import new_runtime

SENDER = ("Olive Grove", "news@olivegrove.example")
_PATIENCE_SECONDS = 20.0


class World:
    """A server whose provider writes to single persons, and circulars to lists of names; messages go on to an address."""

    def __init__(self, address: str | None, **limits: int) -> None:
        self.erased: set[str] = set()
        circulars = Batch(count=self._count, places=self._places, write=self._write)
        self.provider = replace(ETHERMAILER, batches=lambda: {"circular": circulars})
        self.runtime = new_runtime(self.provider, limits=Limits(**limits))
        if address is not None:
            self.runtime.hand_on_to(Address.read(address))
        self.workspace: Workspace = self.runtime.workspaces.default

    @property
    def relay(self) -> Relay:
        assert self.runtime.relay is not None
        return self.runtime.relay

    def send(self, *names: str, workspace: Workspace | None = None, **changed: Any) -> None:
        """A message to each of them."""
        for name in names:
            message = {"recipient": f"{name}@example.com", "subject": "Hello", "text": "Hi", "html": "<p>Hi</p>", **changed}
            with (workspace or self.workspace).transaction(self.provider) as context:
                outbox.send(context, **{"kind": "single", "sender": SENDER, **message})

    def send_circular(self, *names: str) -> None:
        with self.workspace.transaction(self.provider) as context:
            outbox.send_batch(context, kind="circular", sender=SENDER, count=len(names), reference={"names": names})

    def run(self, *steps: Callable[[], object]) -> None:
        """Let the relay work until each step in turn says that it happened; one that returns None is just done."""
        asyncio.run(self._run(steps))

    async def _run(self, steps: Sequence[Callable[[], object]]) -> None:
        running = asyncio.create_task(self.relay.run())
        deadline = monotonic() + _PATIENCE_SECONDS
        for step in steps:
            while step() is False:
                assert monotonic() < deadline, f"it did not come to that: {self.tally()}, {self.relay.last_error}"
                await asyncio.sleep(0.005)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    def done(self) -> bool:
        return not self.relay.waiting

    def tally(self) -> tuple[int, int, int, int]:
        """Relayed, waiting, failed, left out."""
        return self.relay.relayed, self.relay.waiting, self.relay.failed, self.relay.left_out

    def _count(self, context: Context[Any], reference: Any, recipient: str | None) -> int:
        return len(self._places(context, reference, recipient, 10_000, 0))

    def _places(self, _context: Context[Any], reference: Any, _to: str | None, limit: int, offset: int) -> Sequence[int]:
        found = [place for place, name in enumerate(reference["names"], start=1) if name not in self.erased]
        return found[::-1][offset : offset + limit]

    def _write(self, _context: Context[Any], reference: Any, place: int) -> Written | None:
        name = reference["names"][place - 1]
        if name == "broken":
            raise RuntimeError("nobody can write to broken")
        return None if name in self.erased else Written(f"{name}@example.com", "News", f"Dear {name}", "")


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    made = Catcher()
    yield made
    made.close()


@pytest.fixture
def new_world() -> Iterator[Callable[..., World]]:
    """Make servers, which end with the test."""
    made: list[World] = []

    def make(address: str | None, **limits: int) -> World:
        made.append(World(address, **limits))
        return made[-1]

    yield make
    for world in made:
        world.runtime.workspaces.close()


@pytest.fixture
def world(new_world: Callable[..., World], catcher: Catcher) -> World:
    return new_world(catcher.address)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a second for the next try."""
    monkeypatch.setattr(relay, "RETRY_SECONDS", 0.02)


@pytest.fixture
def down() -> Iterator[str]:
    """An address at which nobody listens, nor can: tests beside this one take every port that is free."""
    with socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{kept.getsockname()[1]}"


@pytest.fixture
def ended() -> str:
    """An address at which nobody listens any more."""
    catcher = Catcher()
    catcher.close()
    return catcher.address


def names(caught: Sequence[Caught]) -> list[str]:
    return [to.partition("@")[0] for each in caught for to in each.recipients]


# Handing on


def test_a_message_arrives_with_both_parts_and_its_envelope(world: World, catcher: Catcher) -> None:
    world.send("ann", subject="Grüße", html="<p>Hi ☀</p>")
    world.run(world.done)
    (caught,) = catcher.caught
    text, html = (caught.message.get_body((kind,)) for kind in ("plain", "html"))

    assert ("news@olivegrove.example", ["ann@example.com"]) == (caught.sender, caught.recipients)
    assert ("Grüße", "Olive Grove <news@olivegrove.example>") == (caught.message["Subject"], caught.message["From"])
    assert text is not None
    assert html is not None
    assert ("Hi", "<p>Hi ☀</p>") == (text.get_content().strip(), html.get_content().strip())
    assert (1, 0, 0, 0) == world.tally()
    assert world.relay.last_error is None


def test_a_message_says_which_workspace_provider_and_kind_it_is_of(world: World, catcher: Catcher) -> None:
    world.send("ann", workspace=world.runtime.workspaces.open("shop"))
    world.run(world.done)
    message = catcher.caught[0].message

    assert ("shop", "ethermailer", "single") == tuple(
        message[f"X-Mock-{name}"] for name in ("Workspace", "Provider", "Kind")
    )


def test_messages_arrive_in_their_order_over_one_connection(world: World, catcher: Catcher) -> None:
    world.send("ann", "bob")
    world.send_circular("cleo", "dan", "eve")
    world.send("fay")
    world.run(world.done, lambda: world.send("gus"), world.done)

    assert ["ann", "bob", "cleo", "dan", "eve", "fay", "gus"] == names(catcher.caught)
    assert 1 == len(catcher.handler.connections)


def test_a_message_that_was_sent_before_the_relay_ran_is_not_lost(world: World, catcher: Catcher) -> None:
    world.send("ann")

    assert (0, 1, 0, 0) == world.tally()
    world.run(world.done)
    assert ["ann"] == names(catcher.caught)


def test_a_message_of_a_refused_call_is_never_handed_on(world: World, catcher: Catcher) -> None:
    with suppress(RuntimeError), world.workspace.transaction(world.provider) as context:
        outbox.send(context, kind="single", sender=SENDER, recipient="a@b.example", subject="", text="", html="")
        raise RuntimeError("refused")
    world.send("ann")
    world.run(world.done)

    assert ["ann"] == names(catcher.caught)
    assert (1, 0, 0, 0) == world.tally()


def test_without_a_relay_nothing_is_noted(new_world: Callable[..., World]) -> None:
    world = new_world(None)
    with world.workspace.transaction(world.provider) as context:
        outbox.send(context, kind="single", sender=SENDER, recipient="a@b.example", subject="", text="", html="")

        assert [] == world.workspace.outgoing


@pytest.mark.parametrize("field", ["recipient", "subject"])
@pytest.mark.parametrize(
    "ill", ["a@b.example\r\nRCPT TO:<victim@example.com>", "a\r\n.\r\nQUIT\r\n", "a@b\nBcc: victim@b.example"]
)
def test_nothing_in_a_message_can_give_orders_to_the_server(world: World, catcher: Catcher, field: str, ill: str) -> None:
    changed: dict[str, Any] = {field: ill}
    world.send("first", **changed)
    world.send("second")
    world.run(world.done)

    assert 2 == len(catcher.caught)
    assert not [to for to in catcher.recipients if "victim" in to]
    assert catcher.caught[0].message["Bcc"] is None
    assert "second@example.com" == catcher.recipients[-1]


def test_a_line_that_is_a_dot_ends_no_message(world: World, catcher: Catcher) -> None:
    world.send("ann", text="one\n.\ntwo\n..three", html="")
    world.run(world.done)

    assert ["one", ".", "two", "..three"] == catcher.caught[0].message.get_content().splitlines()


def test_an_address_in_another_script_arrives_where_the_server_can_take_it(world: World, catcher: Catcher) -> None:
    world.send("josé")
    world.run(world.done)

    assert ["josé@example.com"] == catcher.recipients
    assert "josé@example.com" == catcher.caught[0].message["To"]


def test_an_address_in_another_script_fails_where_it_cannot(new_world: Callable[..., World]) -> None:
    catcher = Catcher(smtputf8=False)
    world = new_world(catcher.address)
    world.send("josé", "ann")
    world.run(world.done)
    catcher.close()

    assert ["ann"] == names(catcher.caught)
    assert (1, 0, 1, 0) == world.tally()


# Batches


def test_of_a_large_batch_the_first_are_handed_on_and_the_others_counted(
    new_world: Callable[..., World], catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    world = new_world(catcher.address, relay_batch=2)
    world.send_circular("ann", "bob", "cleo", "dan", "eve")
    world.send("last")
    world.run(world.done)

    assert ["ann", "bob", "last"] == names(catcher.caught)
    assert (3, 0, 0, 3) == world.tally()
    assert ["3 of 5 messages of a batch are not relayed: more than limits.relay_batch (2)"] == caplog.messages


def test_a_gap_in_a_batch_is_no_failure(world: World, catcher: Catcher) -> None:
    world.send_circular("ann", "bob", "cleo")
    world.erased.add("bob")
    world.run(world.done)

    assert ["ann", "cleo"] == names(catcher.caught)
    assert (2, 0, 0, 0) == world.tally()


def test_others_have_a_turn_after_each_message_that_is_written(
    new_world: Callable[..., World], down: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world(down)
    written: list[str] = []
    turns: list[int] = []

    def noting(kept: Kept, workspace: str) -> Letter:
        written.append(kept.recipient)
        return letter(kept, workspace)

    async def look() -> None:
        running = asyncio.create_task(world.relay.run())
        for _ in range(50):
            await asyncio.sleep(0)
            turns.append(len(written))
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    monkeypatch.setattr(relay, "letter", noting)
    world.send_circular(*(f"n{number}" for number in range(100)))
    asyncio.run(look())

    assert 10 < len(written) < 100
    assert {0, 1} == {after - before for before, after in pairwise([0, *turns])}


@pytest.mark.parametrize("problem", [Unreachable, NotTaken, RuntimeError])
def test_a_relay_that_is_told_to_end_just_as_a_handing_over_fails_ends(
    world: World, monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    begun = asyncio.Event()

    async def fail_when_cancelled(*_: object) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise problem("it went away") from None

    async def ends() -> bool:
        running = asyncio.create_task(world.relay.run())
        await begun.wait()
        running.cancel()
        return running in (await asyncio.wait({running}, timeout=5))[0]

    monkeypatch.setattr(relay.Connection, "hand_over", fail_when_cancelled)
    world.send("ann")

    assert asyncio.run(ends())


# Bounds


def test_past_the_bound_new_messages_fail(new_world: Callable[..., World], catcher: Catcher) -> None:
    world = new_world(catcher.address, relay_waiting=2)
    world.send("ann", "bob", "cleo")

    assert (0, 2, 1, 0) == world.tally()
    assert "more than 2 wait already" == world.relay.last_error
    world.run(world.done)
    assert ["ann", "bob"] == names(catcher.caught)


def test_no_more_is_written_than_has_room(new_world: Callable[..., World], catcher: Catcher) -> None:
    world = new_world(catcher.address, relay_bytes=1)
    everybody = [f"n{number}" for number in range(20)]
    world.send_circular(*everybody)
    world.run(world.done)

    assert everybody == names(catcher.caught)


# Failures


def test_messages_wait_for_a_server_that_is_down_and_the_log_says_it_once(
    new_world: Callable[..., World], down: str, caplog: pytest.LogCaptureFixture
) -> None:
    world = new_world(down)
    world.send("ann")
    world.run(lambda: world.relay.last_error is not None, lambda: world.send("bob"), *[lambda: None] * 3)

    assert (0, 2, 0, 0) == world.tally()
    assert str(world.relay.last_error).startswith(f"{down} cannot be reached: ")
    assert 1 == len([text for text in caplog.messages if "cannot be reached" in text])


def test_messages_that_waited_arrive_when_the_server_is_up(new_world: Callable[..., World], ended: str) -> None:
    world = new_world(ended)
    world.send("ann", "bob")
    up: list[Catcher] = []

    def go_up() -> None:
        up.append(Catcher(Address.read(ended).port))

    world.run(lambda: world.relay.last_error is not None, go_up, world.done)
    up[0].close()

    assert ["ann", "bob"] == names(up[0].caught)
    assert (2, 0, 0, 0) == world.tally()


def test_a_server_that_was_restarted_gets_the_next_message(new_world: Callable[..., World]) -> None:
    catchers = [Catcher()]
    world = new_world(catchers[0].address)

    def restart() -> None:
        catchers[0].close()
        catchers.append(Catcher(catchers[0].port))
        world.send("bob")

    world.send("ann")
    world.run(world.done, restart, world.done)
    catchers[1].close()

    assert [["ann"], ["bob"]] == [names(catcher.caught) for catcher in catchers]
    assert (2, 0, 0, 0) == world.tally()


def test_a_message_that_is_refused_has_failed_and_the_next_goes_on(
    world: World, catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    catcher.handler.verdicts["bob@example.com"] = ["550 no such user"]
    world.send("ann", "bob", "cleo")
    world.run(world.done)
    reason = f"{catcher.address} did not take the message to bob@example.com: 550 no such user"

    assert ["ann", "cleo"] == names(catcher.caught)
    assert (2, 0, 1, 0) == world.tally()
    assert reason == world.relay.last_error
    assert [f"relay: {reason}"] == caplog.messages


@pytest.mark.parametrize(("times", "relayed", "failed"), [(1, 1, 0), (2, 1, 0), (3, 0, 1)])
def test_a_message_that_is_put_off_is_tried_three_times(
    world: World, catcher: Catcher, times: int, relayed: int, failed: int
) -> None:
    catcher.handler.verdicts["ann@example.com"] = ["451 come back later"] * times
    world.send("ann")
    world.run(world.done)

    assert (relayed, 0, failed, 0) == world.tally()


@pytest.mark.parametrize("lose", ["reset", "delete", "clear"])
def test_a_message_that_is_gone_before_it_was_written_has_failed(world: World, catcher: Catcher, lose: str) -> None:
    shop = world.runtime.workspaces.open("shop")
    world.send("ann", "bob", workspace=shop)
    match lose:
        case "reset":
            world.runtime.workspaces.reset(shop)
            world.send("other", workspace=shop)
        case "delete":
            world.runtime.workspaces.delete("shop")
        case "clear":
            outbox.clear(shop)
    world.send("last")
    world.run(world.done)

    assert ["other", "last"][lose != "reset" :] == names(catcher.caught)
    assert 2 == world.relay.failed
    assert "it was deleted, reset or cleared away before it was written" == world.relay.last_error


def test_a_message_that_cannot_be_written_has_failed_and_the_next_goes_on(
    world: World, catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    world.send_circular("ann", "broken", "cleo")
    world.send("last")
    with caplog.at_level(logging.ERROR):
        world.run(world.done)

    assert ["ann", "last"] == names(catcher.caught)
    assert (2, 0, 2, 0) == world.tally()


# The end


def test_what_waits_at_the_end_is_told_to_the_log(
    new_world: Callable[..., World], down: str, caplog: pytest.LogCaptureFixture
) -> None:
    world = new_world(down)
    world.send("ann", "bob")
    asyncio.run(world.relay.finish(0.01))

    assert [f"messages not relayed to {down} before the server ended: 2"] == caplog.messages


def test_what_can_be_handed_on_at_the_end_still_is(world: World, catcher: Catcher) -> None:
    async def end() -> None:
        running = asyncio.create_task(world.relay.run())
        await world.relay.finish(_PATIENCE_SECONDS)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    world.send("ann", "bob")
    asyncio.run(end())

    assert ["ann", "bob"] == names(catcher.caught)


# Addresses


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("127.0.0.1:1025", ("127.0.0.1", 1025), "127.0.0.1:1025"),
        (" mailpit:1025 ", ("mailpit", 1025), "mailpit:1025"),
        ("mail-catcher.internal:25", ("mail-catcher.internal", 25), "mail-catcher.internal:25"),
        ("[::1]:65535", ("::1", 65535), "[::1]:65535"),
    ],
)
def test_an_address_is_read(text: str, address: tuple[str, int], shown: str) -> None:
    assert address == Address.read(text)
    assert shown == str(Address.read(text))


NO_ADDRESSES = ["", "mailpit", "mailpit:", ":1025", "a b:25", "-x:25", "::1:25", "mailpit:25/x", "smtp://mailpit:25"]
NO_PORTS = ["mailpit:0", "mailpit:65536", "mailpit:smtp", "mailpit:-1", "mailpit:٢٥", "me:secret@mailpit:25"]


@pytest.mark.parametrize("text", [*NO_ADDRESSES, *NO_PORTS])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected host:port"):
        Address.read(text)
