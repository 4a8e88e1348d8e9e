"""A workspace: one isolated world with all providers in it."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockserver.core import memory
from mockserver.core.clock import Clock
from mockserver.core.context import Context
from mockserver.core.database import Database
from mockserver.core.ids import Ids
from mockserver.core.journal import Journal
from mockserver.core.provider import Credential, Provider, ProviderSettings
from mockserver.core.scheduler import NEVER, look_ahead
from mockserver.core.throttle import Pace, SlidingWindow, ThrottleMode

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

DEFAULT = "default"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""A workspace's name: it becomes a file name and a part of credentials."""


class Workspace:
    """One isolated world: data, clock, ids, configuration, journal, throttle windows."""

    def __init__(self, runtime: "Runtime", name: str, database: Database) -> None:
        self.runtime = runtime
        self.name = name
        self.database = database
        self.limits = runtime.limits
        self.journal = Journal(runtime.limits.journal_calls)
        self.busy: asyncio.Event | None = None
        """Set while work in slices is under way (see `core/slices.py`)."""
        self.gone = False
        """Whether it was deleted."""
        self.calls_entered = 0
        self.running: Counter[tuple[str, str]] = Counter()
        """How many calls of a provider from an address are under way, where somebody counts them."""
        self.recall()

    def recall(self) -> None:
        """Start from what the database holds, and from the server's start-up configuration."""
        clock = self.remembered("clock")
        self.clock = Clock.load(clock) if clock else self.runtime.new_clock()
        self.ids = Ids(f"{self.runtime.seed}:{self.name}", self.remembered("counters"))
        self.throttle: ThrottleMode = self.runtime.throttle
        self.settings: dict[str, ProviderSettings] = dict(self.runtime.settings)
        self.windows = {provider: SlidingWindow() for provider in self.runtime.providers}
        self.paces = {provider: Pace() for provider in self.runtime.providers}
        self.touched: Counter[str] = Counter()
        """How many calls have met each rulebook row."""
        self.settled: dict[str, Any] = {}
        """What providers have read and no call can change, so that it is read once."""
        self.journal.clear()
        self.next_due = NEVER
        look_ahead(self)

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

    def throttle_mode(self, provider: str) -> ThrottleMode:
        return self.settings[provider].throttle or self.throttle

    # A transaction of this workspace: the only BEGIN, COMMIT and ROLLBACK of the code base.

    def begin(self) -> None:
        self.database.begin()

    def commit(self) -> None:
        if self.ids.changed:
            self.remember("counters", self.ids.counters)
            self.ids.changed = False
        self.database.commit()

    def rollback(self) -> None:
        self.database.rollback()
        self.settled.clear()

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

    def remembered(self, key: str) -> Any:
        return memory.recall(self.database, key)

    def keep_clock(self) -> None:
        """Let a state file know of a clock that was touched."""
        self.remember("clock", self.clock.dump())

    # Credentials

    def credentials(self) -> dict[str, list[Credential]]:
        """By provider, those that open it: what the fixtures or `POST /_mock/workspaces` gave it, and its name."""
        known = self.known_credentials().items()
        return {name: [credential for credential in each if not credential.revoked] for name, each in known}

    def known_credentials(self) -> dict[str, list[Credential]]:
        """By provider, revoked ones among them."""
        given = self.remembered("credentials") or {}
        found = {name: [Credential(**fields) for fields in given.get(name, ())] for name in self.runtime.providers}
        if self.name != DEFAULT:
            for provider in self.runtime.providers.values():
                found[provider.name].append(provider.named_credential(self))
        return found

    def give_credentials(self, credentials: Mapping[str, list[Credential]]) -> None:
        self.remember("credentials", {name: [each.dump() for each in made] for name, made in credentials.items()})
