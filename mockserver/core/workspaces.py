"""All workspaces of a server, and which credential selects which."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.core import memory
from mockserver.core.database import Database
from mockserver.core.errors import NoRoomForWorkspace
from mockserver.core.provider import Credential
from mockserver.core.state import StateFolder
from mockserver.core.templates import START, Templates, schema_of
from mockserver.core.workspace import DEFAULT, NAME, Workspace

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

_PREFIX = "ws-"
_LARGEST_SPARE = 4 * 1024 * 1024
"""Bytes of a copy that is made ahead: a larger one would hold the server up, and fill its memory, for nobody yet."""


class Seat(NamedTuple):
    """The workspace that a credential selects, and all that is known of the credential."""

    workspace: Workspace
    credential: Credential


class Workspaces:
    """The workspaces by name; `default` always exists."""

    def __init__(self, runtime: "Runtime", start: Workspace, state: Path | None) -> None:
        self._runtime = runtime
        self.templates = Templates(runtime, start.database)
        self._state = StateFolder(state, schema_of(runtime)) if state is not None else None
        self._open: dict[str, Workspace] = {}
        self._seats: dict[tuple[str, str], Seat] = {}
        self._spare: Database | None = None
        try:
            for name in self._state.names() if self._state is not None else ():
                self.open(name)
            self.default = self.open(DEFAULT)
        except BaseException:
            self.close()
            raise

    def seat(self, provider: str, secret: str) -> Seat | None:
        """What a credential selects: a known one, or any `ws-<name>`, whose workspace is made on first use."""
        seat = self._seats.get((provider, secret))
        if seat is None and secret[:3].lower() == _PREFIX and NAME.fullmatch(name := secret[3:].lower()):
            self.open(name)
            seat = self._seats.get((provider, f"{_PREFIX}{name}"))
        return seat

    def open(self, name: str, fixtures: Sequence[str] = START) -> Workspace:
        """The workspace of this name; a new one is a copy of the start-up fixtures, or of the given sets."""
        workspace = self._open.get(name)
        if workspace is None:
            if len(self._open) >= self._runtime.limits.workspaces:
                raise NoRoomForWorkspace(self._runtime.limits.workspaces)
            shelf = self._state.shelf(name) if self._state is not None else None
            workspace = self._open[name] = Workspace(self._runtime, name, self._database(name, fixtures), shelf)
            self._seat(workspace)
        return workspace

    def issue(self, name: str, fixtures: Sequence[str] = START) -> Workspace:
        """A new workspace with realistic credentials of its own, beside the ones made of its name."""
        workspace = self.open(name, fixtures)
        providers = self._runtime.providers.values()
        with workspace.changes():
            workspace.give_credentials({p.name: list(p.issue_credentials(workspace)) for p in providers})
        self._seat(workspace)
        return workspace

    def reset(self, workspace: Workspace) -> None:
        """Back to its fixtures: data, clock, ids, configuration, journal, outbox.

        Credentials and snapshots stay.
        """
        self._start(workspace.database, workspace.name, workspace.remembered("credentials"), workspace.fixtures)
        workspace.recall()

    def prepare(self) -> None:
        """Have a copy of the start-up fixtures at hand, if it is small, so that nobody waits for the next one in memory.

        SQLite reads the schema anew in each copy, which takes longer than all else that a new workspace needs.
        """
        if self._spare is None and self._state is None and self.templates.get(START).size <= _LARGEST_SPARE:
            self._spare = self._database("", START)

    def delete(self, name: str) -> None:
        """Forget a workspace, its file included. `default` cannot go: reset it instead.

        Its snapshots go first: left behind by a process that is killed here, they would belong to the next of its name.
        """
        workspace = self._open.pop(name)
        workspace.gone = True
        workspace.news.tell()
        self._seats = {key: seated for key, seated in self._seats.items() if seated.workspace is not workspace}
        workspace.shelf.clear()
        workspace.database.close()
        if self._state is not None:
            self._state.delete(name)

    def close(self) -> None:
        for workspace in self._open.values():
            workspace.shelf.close()
            workspace.database.close()
        if self._spare is not None:
            self._spare.close()
        self.templates.close()
        if self._state is not None:
            self._state.close()

    def get(self, name: str) -> Workspace | None:
        return self._open.get(name)

    def __iter__(self) -> Iterator[Workspace]:
        return iter(self._open.values())

    def __len__(self) -> int:
        return len(self._open)

    def _seat(self, workspace: Workspace) -> None:
        for provider, credentials in workspace.known_credentials().items():
            for credential in credentials:
                self._seats[provider, credential.secret] = Seat(workspace, credential)

    def _database(self, name: str, fixtures: Sequence[str]) -> Database:
        if self._spare is not None and not fixtures:
            database, self._spare = self._spare, None
            return database
        database = self._state.open(name) if self._state is not None else Database()
        if not database.survives or database.is_empty():
            self._start(database, name, {}, fixtures)
        return database

    def _start(self, database: Database, name: str, credentials: Any, fixtures: Sequence[str]) -> None:
        """Let a database hold its fixtures, in one step: whoever is killed has the old world or the new one."""
        template, own = self.templates.get(fixtures), {"credentials": credentials, "fixtures": list(fixtures)}
        if name == DEFAULT:
            database.copy_from(template)
        elif database.survives:
            with closing(Database()) as draft:
                draft.copy_from(template)
                _remember(draft, own)
                database.copy_from(draft)
        else:  # who is killed has neither; and a second database would take half as long again
            database.copy_from(template)
            _remember(database, own)


def _remember(database: Database, own: Mapping[str, Any]) -> None:
    """What a workspace keeps of itself."""
    for key, value in own.items():
        memory.remember(database, key, value)
