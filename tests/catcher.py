"""A real SMTP server that keeps what it is given."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from time import monotonic, sleep
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

T = TypeVar("T")

_PATIENCE_SECONDS = 20.0


@dataclass
class Caught:
    """A message, and the envelope it came in."""

    sender: str | None
    recipients: list[str]
    message: EmailMessage


@dataclass
class Handler:
    """Takes every message, unless `verdicts` has an answer for its recipient: the next of them, until there are no more."""

    caught: list[Caught] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)
    """The sessions in which messages came."""
    verdicts: dict[str, list[str]] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if verdicts := self.verdicts.get(address):
            return verdicts.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.original_content or b"", policy=default)

        assert isinstance(message, EmailMessage)
        self.connections.add(id(session))
        self.caught.append(Caught(envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 OK"


class Catcher:
    """Listens on a port of its own, in a thread of its own, until it is closed; another can then listen there."""

    def __init__(self, port: int = 0, *, smtputf8: bool = True) -> None:
        self.handler = Handler()
        self._sessions: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()
        listening = self._loop.create_server(lambda: self._protocol(smtputf8), "127.0.0.1", port)
        self._server = self._done(listening)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"

    def _protocol(self, smtputf8: bool) -> SMTP:
        self._sessions.append(SMTP(self.handler, enable_SMTPUTF8=smtputf8, hostname="catcher", loop=self._loop))
        return self._sessions[-1]

    @property
    def caught(self) -> list[Caught]:
        return self.handler.caught

    @property
    def recipients(self) -> list[str]:
        return [to for each in self.caught for to in each.recipients]

    def wait(self, count: int) -> list[Caught]:
        """What it caught, once that many are there."""
        wait_until(lambda: len(self.caught) >= count)
        return self.caught

    def close(self) -> None:
        """Hang up on everybody."""
        self._done(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _done(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    async def _end(self) -> None:
        self._server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = monotonic() + _PATIENCE_SECONDS
    while not happened():
        assert monotonic() < deadline, "it did not come to that"
        sleep(0.01)
