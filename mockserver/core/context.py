"""What an action works with: one workspace, one instant, one provider's settings. No HTTP."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import CursorResult
from sqlalchemy.sql import Executable

from mockserver.core.database import Parameters
from mockserver.core.statements import Statement

if TYPE_CHECKING:
    from mockserver.core.ids import Ids
    from mockserver.core.workspace import Workspace

SettingsT_co = TypeVar("SettingsT_co", covariant=True)


class Context(Generic[SettingsT_co]):
    """The surroundings of one call or one piece of due work; both happen at a single instant, `now`."""

    __slots__ = ("credential", "now", "provider", "rules", "settings", "workspace")

    def __init__(
        self,
        workspace: "Workspace",
        *,
        provider: str,
        settings: SettingsT_co,
        now: datetime,
        rules: set[str],
        credential: str,
    ) -> None:
        self.workspace = workspace
        self.provider = provider
        self.settings = settings
        self.now = now
        self.rules = rules
        self.credential = credential

    @property
    def ids(self) -> "Ids":
        return self.workspace.ids

    def all(self, statement: Statement, **values: Any) -> list[Any]:
        """All rows that a compiled statement selects, as named tuples."""
        return self.workspace.database.all(statement, values)

    def tuples(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """All rows as plain tuples, for pages that are unpacked anyway."""
        return self.workspace.database.tuples(statement, values)

    def first(self, statement: Statement, **values: Any) -> Any | None:
        """The first row, or None."""
        rows = self.workspace.database.all(statement, values)
        return rows[0] if rows else None

    def value(self, statement: Statement, **values: Any) -> Any:
        """The only column of the only row."""
        return self.workspace.database.tuples(statement, values)[0][0]

    def run(self, statement: Statement, **values: Any) -> int:
        """Run a statement that changes rows; returns how many it changed."""
        return self.workspace.database.run(statement, values)

    def run_many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of the rows; none is fine."""
        self.workspace.database.run_many(statement, rows)

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run any other SQLAlchemy statement."""
        return self.workspace.database.execute(statement, parameters)

    def link(self, path: str) -> str:
        """The address of one of the provider's `links` pages, for a message to carry."""
        return f"{self.workspace.runtime.url}/_mock/links/{self.provider}/{path}?workspace={self.workspace.name}"

    def cite(self, rule: str) -> None:
        """Say which rulebook row decided what happens here."""
        self.rules.add(rule)
