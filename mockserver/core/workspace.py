"""A workspace: one isolated world with all providers in it."""

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockserver.core import memory, webhooks
from mockserver.core.clock import Clock
from mockserver.core.context import Context
from mockserver.core.database import Database
from mockserver.core.faults import Faults
from mockserver.core.ids import Ids
from mockserver.core.journal import Journal
from mockserver.core.news import News
from mockserver.core.provider import Credential, Provider, ProviderSettings
from mockserver.core.scheduler import NEVER, look_ahead
from mockserver.core.shelves import MemoryShelf, Shelf
from mockserver.core.throttle import Pace, SlidingWindow, ThrottleMode

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

_PROCESS = secrets.token_hex(4)
"""Tells this server from the one that was at its address before."""
DEFAULT = "default"
_CREDENTIALS = "credentials"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""A workspace's name: it becomes a file name and a part of credentials."""


class Workspace:
    """One isolated world: data, clock, ids, configuration, journal, throttle windows."""

    def __init__(self, runtime: "Runtime", name: str, database: Database, shelf: Shelf | None = None) -> None:
        self.runtime = runtime
        self.name = name
        self.database = database
        self.shelf: Shelf = shelf or MemoryShelf()
        """Its snapshots (see `core/snapshots.py`)."""
        self.limits = runtime.limits
        self.journal = Journal(runtime.limits.journal_calls)
        self.busy: asyncio.Event | None = None
        """Set while work in slices is under way (see `core/slices.py`)."""
        self.gone = False
        """Whether it was deleted."""
        self.news = News()
        self.outgoing: list[range] = []
        """Ids of the messages that the present transaction put into the outbox, by row, if there is a relay."""
        self.has_post = False
        """Whether the present transaction has queued something for the courier."""
        self.calls_entered = 0
        self.running: Counter[tuple[str, str]] = Counter()
        """How many calls of a provider from an address are under way."""
        self.revision = 0
        """Counts whatever may change an answer: transactions that changed a row, another configuration, another world."""
        self.recall()

    def recall(self) -> None:
        """Start from what the database holds, and from the server's start-up configuration."""
        self.throttle: ThrottleMode = self.runtime.throttle
        self.strict: bool = self.runtime.strict
        self.settings: dict[str, ProviderSettings] = dict(self.runtime.settings)
        self.faults = Faults(self.limits.faults)
        self.touched: Counter[str] = Counter()
        """How many calls have met each rulebook row."""
        self.called: Counter[tuple[str, str]] = Counter()
        """How many calls each operation of a provider has had."""
        self.peaks: Counter[str] = Counter()
        """By provider, the most calls from one address that were under way at a time."""
        self.journal.clear()
        self.take_up()

    def take_up(self) -> None:
        """Go on from what the database holds: time, ids, due work. Throttle windows start anew; configuration stays."""
        clock = self.remembered("clock")
        self.clock = Clock.load(clock) if clock else self.runtime.new_clock()
        self.ids = Ids(f"{self.runtime.seed}:{self.name}", self.remembered("counters"))
        self.windows = {provider: SlidingWindow() for provider in self.runtime.providers}
        self.paces = {provider: Pace() for provider in self.runtime.providers}
        self.settled: dict[str, Any] = {}
        """What providers have read and no call can change, so that it is read once."""
        self.next_due = NEVER
        self.revision += 1
        look_ahead(self)
        self.next_delivery = NEVER
        webhooks.look_ahead(self)
        self.runtime.courier.call()

    @property
    def stamp(self) -> str:
        """Another text whenever something in it is not as it was, also in a server that was started anew."""
        calls = (self.journal.newest, len(self.journal))
        seen = (_PROCESS, self.database.writes, self.revision, *calls, self.faults.changes)
        return "-".join(map(str, seen))

    def context(
        self,
        provider: Provider,
        *,
        now: datetime | None = None,
        rules: set[str] | None = None,
        credential: str = "",
    ) -> Context[Any]:
        return Context(
            self,
            provider=provider.name,
            settings=self.settings[provider.name],
            now=now or self.clock.now(),
            rules=rules if rules is not None else set(),
            credential=credential,
        )

    def is_strict(self, provider: str) -> bool:
        """Whether calls with something that nothing reads are refused."""
        strict = self.settings[provider].strict
        return self.strict if strict is None else strict

    def throttle_mode(self, provider: str) -> ThrottleMode:
        return self.settings[provider].throttle or self.throttle

    # A transaction of this workspace: the only BEGIN, COMMIT and ROLLBACK of the code base.

    def begin(self) -> None:
        self.database.begin()

    def commit(self) -> None:
        if self.ids.changed:
            self.remember("counters", self.ids.counters)
            self.ids.changed = False
        self.revision += self.database.changed
        self.database.commit()
        if self.outgoing:
            self._hand_on()
        if self.has_post:
            self.has_post = False
            self.runtime.courier.call()
        if self.news:
            self.news.tell()

    def rollback(self) -> None:
        self.database.rollback()
        self.settled.clear()
        self.has_post = False
        self.outgoing.clear()

    def _hand_on(self) -> None:
        outgoing, self.outgoing = self.outgoing, []
        if self.runtime.relay is not None:
            self.runtime.relay.take(self, outgoing)

    @contextmanager
    def changes(self) -> Iterator[None]:
        """What changes in the block stays when it ends well, and vanishes when it does not."""
        self.begin()
        try:
            yield
            self.commit()
        except BaseException:
            self.rollback()
            raise

    @contextmanager
    def transaction(self, provider: Provider, *, now: datetime | None = None) -> Iterator[Context[Any]]:
        """The same, with a context to work with."""
        with self.changes():
            yield self.context(provider, now=now)

    def remember(self, key: str, value: Any) -> None:
        memory.remember(self.database, key, value)
        self.database.overlook(1)

    def remembered(self, key: str) -> Any:
        return memory.recall(self.database, key)

    def keep_clock(self) -> None:
        """Let a state file know of a clock that was touched."""
        self.remember("clock", self.clock.dump())

    @property
    def fixtures(self) -> Sequence[str]:
        """The sets that it starts from; none are those of the server."""
        return self.remembered("fixtures") or ()

    @property
    def start(self) -> Database:
        """The world that it starts from; that never changes."""
        return self.runtime.workspaces.templates.get(self.fixtures)

    # Credentials

    def credentials(self) -> dict[str, list[Credential]]:
        """By provider, those that open it: what the fixtures or `POST /_mock/workspaces` gave it, and its name."""
        known = self.known_credentials().items()
        return {name: [credential for credential in each if not credential.revoked] for name, each in known}

    def known_credentials(self) -> dict[str, list[Credential]]:
        """By provider, revoked ones among them; read once."""
        if _CREDENTIALS not in self.settled:
            self.settled[_CREDENTIALS] = self._read_credentials()
        found: dict[str, list[Credential]] = self.settled[_CREDENTIALS]
        return found

    def _read_credentials(self) -> dict[str, list[Credential]]:
        given = self.remembered(_CREDENTIALS) or {}
        found = {name: [Credential(**fields) for fields in given.get(name, ())] for name in self.runtime.providers}
        if self.name != DEFAULT:
            for provider in self.runtime.providers.values():
                found[provider.name].append(provider.named_credential(self))
        return found

    def give_credentials(self, credentials: Mapping[str, list[Credential]]) -> None:
        self.remember(_CREDENTIALS, {name: [each.dump() for each in made] for name, made in credentials.items()})
        self.settled.pop(_CREDENTIALS, None)
