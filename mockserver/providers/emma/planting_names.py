"""What planting shares: names and ids that are taken, references by name, moments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Table, select

from mockserver.core.fixtures import Fault, resolve
from mockserver.core.wording import unknown_name
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.wire import moment, never_again, new_id, stamp, stamp_of_wall


@dataclass(slots=True)
class Taken:
    """Ids and names of one kind of thing that the world has already."""

    kind: str
    names: dict[str, int]
    ids: set[int]

    @classmethod
    def of(cls, context: EmmaContext, table: Table, name: Any, *, kind: str) -> Self:
        rows: Sequence[Any] = context.execute(select(table.c.id, name)).all()
        return cls(kind, {spelled: id_ for id_, spelled in rows}, {id_ for id_, _ in rows})

    def faults(self, where: str, wanted: int | None, key: str, name: str) -> Iterator[Fault]:
        if wanted in self.ids:
            yield Fault(f"{where}.id", f"{wanted} is taken")
        if name in self.names:
            yield Fault(f"{where}.{key}", f'there is another one called "{name}"')

    def new_id(self, context: EmmaContext, wanted: int | None, name: str) -> int:
        """The id that the fixture asks for, or the next one; a taken one (a fault already) makes way."""
        if wanted is None or wanted in self.ids:
            wanted = new_id(context.ids, self.kind)
        else:
            never_again(context.ids, self.kind, wanted)
        self.ids.add(wanted)
        self.names[name] = wanted
        return wanted


def named(where: str, kind: str, names: Sequence[str], known: Mapping[str, int], faults: list[Fault]) -> list[int]:
    """The ids of what has these names; a name that nothing has is a fault."""
    for place, name in enumerate(names):
        if name not in known:
            faults.append(Fault(f"{where}[{place}]", unknown_name(kind, name, known)))
    return [known[name] for name in names if name in known]


def wall(context: EmmaContext, given: datetime | timedelta | None) -> str | None:
    """A moment of a fixture as it travels. Without a zone it is wall time already."""
    return None if given is None else certain_wall(context, given)


def certain_wall(context: EmmaContext, given: datetime | timedelta) -> str:
    if isinstance(given, datetime) and given.tzinfo is None:
        return stamp_of_wall(given)
    return stamp(resolve(given, context.now), context.settings)


def lies_ahead(context: EmmaContext, stamped: str | None) -> bool:
    return stamped is not None and moment(stamped, context.settings) > context.now
