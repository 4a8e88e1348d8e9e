"""States of a workspace: its snapshots, and what differs between two of them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.control.schemas.difference import ChangedRow, ChangedRows, DifferenceView, Rows, TableDifference
from mockserver.control.schemas.snapshots import SnapshotView
from mockserver.reports.plain import one_line

_WIDTH = 80
"""Characters of a value that are shown."""


def snapshots(found: Sequence[SnapshotView]) -> str:
    """Each with its name, when it was taken by the workspace's clock, its size, and below it what is in it."""
    width = max((len(each.name) for each in found), default=0)
    return "\n".join(line for each in found for line in _snapshot(each, width))


def difference(found: DifferenceView) -> str:
    """The rows that were added (+), removed (-) and changed (~) by provider and table, and one line for all of them."""
    between = f"from {found.from_} to {found.to}"
    tables = [(f"{owner} {name}", table) for owner, owned in found.tables.items() for name, table in owned.items()]
    if found.same:
        return f"no difference {between}"
    lines = [line for name, table in tables for line in _table(name, table)]
    return "\n".join([*lines, f"{len(tables)} {'table differs' if len(tables) == 1 else 'tables differ'} {between}"])


def _snapshot(found: SnapshotView, width: int) -> Iterator[str]:
    if found.problem is not None or found.at is None:
        yield f"{found.name:<{width}}  cannot be restored: {found.problem}"
        return
    yield f"{found.name:<{width}}  {found.at:%Y-%m-%d %H:%M:%S}  {max(1, found.bytes // 1024)} KB"
    for provider, counts in found.counts.items():
        there = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if count)
        yield f"    {provider}: {there or 'nothing'}"


def _table(name: str, found: TableDifference) -> Iterator[str]:
    kinds: dict[str, Rows | ChangedRows] = {"added": found.added, "removed": found.removed, "changed": found.changed}
    yield f"{name}: {', '.join(f'{each.total} {kind}' for kind, each in kinds.items() if each.total)}"
    yield from (f"  + {_values(row)}" for row in found.added.rows)
    yield from (f"  - {_values(row)}" for row in found.removed.rows)
    yield from (f"  ~ {_changed(row)}" for row in found.changed.rows)
    hidden = sum(each.total - len(each.rows) for each in kinds.values())
    if hidden:
        yield f"    and {hidden} more"


def _changed(row: ChangedRow) -> str:
    columns = (f"{name} {_value(each.before)} -> {_value(each.after)}" for name, each in row.columns.items())
    return f"{_values(row.key)}: {', '.join(columns)}"


def _values(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in row.items())


def _value(value: Any) -> str:
    text = one_line(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."
