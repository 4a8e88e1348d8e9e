"""What planting shares: references by name, ids, moments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mockserver.core.fixtures import Fault, resolve
from mockserver.core.wording import unknown_name
from mockserver.providers.emfluence.settings import EmfluenceContext


@dataclass(slots=True)
class Names:
    """Ids of one kind of thing by name, and what was wrong when they were asked for."""

    kind: str
    ids: dict[str, int] = field(default_factory=dict)

    def add(self, context: EmfluenceContext, where: str, wanted: int | None, name: str, faults: list[Fault]) -> int:
        """The id of something new: the one it asks for, or the next."""
        if name in self.ids:
            faults.append(Fault(where, f'there is another {self.kind} called "{name}"'))
        if wanted is not None and wanted in self.ids.values():
            faults.append(Fault(f"{where}.id", f"{wanted} is taken"))
            wanted = None
        if wanted is None:
            wanted = context.ids.number(f"emfluence.{self.kind}")
        else:
            context.ids.skip_past(f"emfluence.{self.kind}", wanted)
        self.ids[name] = wanted
        return wanted

    def find(self, where: str, name: str | None, faults: list[Fault]) -> int | None:
        if name is None:
            return None
        if name not in self.ids:
            faults.append(Fault(where, unknown_name(self.kind, name, self.ids)))
        return self.ids.get(name)

    def find_all(self, where: str, names: Sequence[str], faults: list[Fault]) -> list[int]:
        found = [self.find(f"{where}[{place}]", name, faults) for place, name in enumerate(names)]
        return [each for each in found if each is not None]


def moment(context: EmfluenceContext, given: datetime | timedelta | None) -> datetime | None:
    return None if given is None else resolve(given, context.now)


def certain_moment(context: EmfluenceContext, given: datetime | timedelta) -> datetime:
    return resolve(given, context.now)
