"""What a block of a test changed, and whether that is what the test expects."""

from collections.abc import Mapping
from typing import Any

from mockserver.control.schemas.difference import DifferenceView, TableDifference

Expected = int | Mapping[str, int]
"""So many rows added; or so many `added`, `removed` and `changed`, each 0 unless it is given."""

_KINDS = ("added", "removed", "changed")
_SCHEDULED_WORK = "mock_task"


class Changes:
    """The difference that a block made, once it has ended."""

    difference: DifferenceView

    @property
    def tables(self) -> dict[str, TableDifference]:
        """The tables that changed, by name."""
        owned = self.difference.tables.values()
        return {name: table for tables in owned for name, table in tables.items() if name != _SCHEDULED_WORK}

    def compare(self, expected: Mapping[str, Expected]) -> None:
        """Raise an AssertionError that shows both sides, unless they are the same."""
        wanted = {name: _counted(count) for name, count in expected.items()}
        found = {name: {kind: getattr(table, kind).total for kind in _KINDS} for name, table in self.tables.items()}
        nothing = dict.fromkeys(_KINDS, 0)
        differing = [name for name in sorted({*wanted, *found}) if wanted.get(name, nothing) != found.get(name, nothing)]
        if differing:
            lines = [self._line(name, wanted.get(name, nothing), found.get(name, nothing)) for name in differing]
            raise AssertionError("\n".join(["the changes are not the expected ones", *lines]))

    def _line(self, name: str, wanted: Mapping[str, int], found: Mapping[str, int]) -> str:
        """One table: what was expected and found, and the first rows of what was found."""
        table = self.tables.get(name)
        rows = [f"    {kind}: {row}" for kind in _KINDS for row in _rows(table, kind)] if table is not None else []
        return "\n".join([f"  {name}: expected {_said(wanted)}, found {_said(found)}", *rows])


def _counted(count: Expected) -> dict[str, int]:
    given = {"added": count} if isinstance(count, int) else dict(count)
    unknown = set(given) - set(_KINDS)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: rows are added, removed or changed")
    return {kind: given.get(kind, 0) for kind in _KINDS}


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "no change"


def _rows(table: TableDifference, kind: str) -> list[Any]:
    rows = getattr(table, kind).rows
    return [row if isinstance(row, dict) else row.model_dump() for row in rows]
