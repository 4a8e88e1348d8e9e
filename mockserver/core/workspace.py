"""Workspaces: isolated worlds, each with all providers in it."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select
from sqlmodel import col

from mockserver.core.clock import Clock
from mockserver.core.context import Context
from mockserver.core.database import Database, create_tables, fingerprint
from mockserver.core.errors import NoRoomForWorkspace
from mockserver.core.ids import Ids
from mockserver.core.journal import Journal
from mockserver.core.provider import Credential, Provider, ProviderSettings
from mockserver.core.scheduler import NEVER, look_ahead
from mockserver.core.statements import Statement
from mockserver.core.tables import CoreTable, Memory
from mockserver.core.throttle import SlidingWindow, ThrottleMode

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

DEFAULT = "default"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""A workspace's name: it becomes a file name and a part of credentials."""

_REMEMBER = Statement(insert(Memory).prefix_with("OR REPLACE"))
_RECALL = Statement(select(col(Memory.value)).where(col(Memory.key) == bindparam("key")))


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
        self.recall()

    def recall(self) -> None:
        """Start from what the database holds, and from the server's start-up configuration."""
        clock = self._recalled("clock")
        self.clock = Clock.load(clock) if clock else self.runtime.new_clock()
        self.ids = Ids(f"{self.runtime.seed}:{self.name}", self._recalled("counters"))
        self.throttle: ThrottleMode = self.runtime.throttle
        self.settings: dict[str, ProviderSettings] = dict(self.runtime.settings)
        self.windows = {provider: SlidingWindow() for provider in self.runtime.providers}
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

    @contextmanager
    def transaction(self, provider: Provider, *, now: datetime | None = None) -> Iterator[Context[Any]]:
        """A context whose changes stay when the block ends well, and vanish when it does not."""
        self.begin()
        try:
            yield self.context(provider, now=now)
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def remember(self, key: str, value: Any) -> None:
        self.database.run(_REMEMBER, {"key": key, "value": value})

    def _recalled(self, key: str) -> Any:
        return _recall(self.database, key)

    def keep_clock(self) -> None:
        """Let a state file know of a clock that was touched."""
        self.remember("clock", self.clock.dump())

    # Credentials

    def credentials(self) -> dict[str, list[Credential]]:
        """By provider: what the fixtures or `POST /_mock/workspaces` gave it, and its name."""
        given = self._recalled("credentials") or {}
        found = {name: [Credential(**fields) for fields in given.get(name, ())] for name in self.runtime.providers}
        if self.name != DEFAULT:
            for provider in self.runtime.providers.values():
                found[provider.name].append(provider.named_credential(self.name))
        return found

    def give_credentials(self, credentials: Mapping[str, list[Credential]]) -> None:
        self.remember("credentials", {name: [each.dump() for each in made] for name, made in credentials.items()})


class StateFileMismatch(Exception):  # noqa: N818 - what it is, in words
    """A state file was written by a server with other tables."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: written by another version of mockserver, whose tables differ, or by something else; "
            "move it away, or start that version"
        )


class Workspaces:
    """All workspaces of a server, and which credential selects which."""

    def __init__(self, runtime: "Runtime", template: Workspace, directory: Path | None) -> None:
        self._runtime = runtime
        self._template = template
        self._directory = directory
        self._open: dict[str, Workspace] = {}
        self._seats: dict[tuple[str, str], Workspace] = {}
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            for path in sorted(directory.glob("*.sqlite")):
                if NAME.fullmatch(path.stem):
                    self.open(path.stem)
        self.default = self.open(DEFAULT)

    def seat(self, provider: str, secret: str) -> Workspace | None:
        """The workspace that a credential selects: a known one, or any `ws-<name>`, made on first use."""
        workspace = self._seats.get((provider, secret))
        if workspace is None and secret[:3].lower() == "ws-" and NAME.fullmatch(name := secret[3:].lower()):
            workspace = self.open(name)
        return workspace

    def open(self, name: str) -> Workspace:
        """The workspace of this name; a new one is a copy of the start-up fixtures."""
        workspace = self._open.get(name)
        if workspace is None:
            if len(self._open) >= self._runtime.limits.workspaces:
                raise NoRoomForWorkspace(self._runtime.limits.workspaces)
            workspace = self._open[name] = Workspace(self._runtime, name, self._database(name))
            self._seat(workspace)
        return workspace

    def issue(self, name: str) -> Workspace:
        """A new workspace with realistic credentials of its own, beside the ones made of its name."""
        workspace = self.open(name)
        workspace.begin()
        workspace.give_credentials({p.name: list(p.issue_credentials(workspace)) for p in self._runtime.providers.values()})
        workspace.commit()
        self._seat(workspace)
        return workspace

    def reset(self, workspace: Workspace) -> None:
        """Back to the start-up fixtures: data, clock, ids, configuration, journal and outbox. Credentials stay."""
        credentials = workspace._recalled("credentials")
        workspace.database.copy_from(self._template.database)
        workspace.recall()
        if workspace.name != DEFAULT:
            workspace.remember("credentials", credentials)

    def delete(self, name: str) -> None:
        """Forget a workspace, its file included. `default` cannot go: reset it instead."""
        workspace = self._open.pop(name)
        self._seats = {key: seated for key, seated in self._seats.items() if seated is not workspace}
        workspace.database.close()
        if self._directory is not None:
            for path in self._directory.glob(f"{name}.sqlite*"):
                path.unlink()

    def close(self) -> None:
        for workspace in self._open.values():
            workspace.database.close()

    def get(self, name: str) -> Workspace | None:
        return self._open.get(name)

    def __iter__(self) -> Iterator[Workspace]:
        return iter(self._open.values())

    def __len__(self) -> int:
        return len(self._open)

    def _seat(self, workspace: Workspace) -> None:
        for provider, credentials in workspace.credentials().items():
            for credential in credentials:
                self._seats[provider, credential.secret] = workspace

    def _database(self, name: str) -> Database:
        path = self._directory / f"{name}.sqlite" if self._directory is not None else None
        if path is not None and path.exists() and not _matches(path, self._runtime):
            raise StateFileMismatch(path)
        database = Database(path)
        if database.is_empty():
            database.copy_from(self._template.database)
            if name != DEFAULT:
                database.run(_REMEMBER, {"key": "credentials", "value": {}})
        return database


def new_template(runtime: "Runtime") -> Workspace:
    """An empty world in memory with all tables, for the fixtures to be planted in and workspaces to be copied from."""
    database = Database()
    create_tables(database, _schema(runtime))
    database.run(_REMEMBER, {"key": "schema", "value": fingerprint(_schema(runtime))})
    return Workspace(runtime, DEFAULT, database)


def _recall(database: Database, key: str) -> Any:
    found = database.all(_RECALL, {"key": key})
    return found[0].value if found else None


def _schema(runtime: "Runtime") -> list[Any]:
    return [CoreTable.metadata, *(provider.schema for provider in runtime.providers.values())]


def _matches(path: Path, runtime: "Runtime") -> bool:
    """Whether a file is empty, or was made by this very set of tables. Looking does not change it."""
    database = Database(path, read_only=True)
    try:
        return database.is_empty() or bool(_recall(database, "schema") == fingerprint(_schema(runtime)))
    except (sqlite3.DatabaseError, ValueError):  # whatever is wrong with the file, it is not one of ours
        return False
    finally:
        database.close()
