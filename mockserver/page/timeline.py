"""Calls per second as a picture: how they went, and what the provider allows.

Seconds are those of the workspace's clock, because the limits count on it: under a frozen clock all calls fall into one.
"""

from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from mockserver.core.call import Call
from mockserver.core.matching import outcome, select

if TYPE_CHECKING:
    from mockserver.core.provider import Provider
    from mockserver.core.workspace import Workspace

_SECONDS = 60
_HEIGHT = 84
"""Of the picture without its edge, in pixels; its width is counted in hundredths of the page's."""
_SLOT = 100 / _SECONDS
_ROOM = 14
"""Pixels above the highest bar or line, for what is written there."""

Kind = Literal["answered", "refused", "throttled"]
"""refused: no answer among them. throttled: above the limit, whether refused or let in."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The calls of one kind in one second: a place in the picture."""

    kind: Kind
    x: float
    width: float
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Limit:
    """What the provider allows, and where the line for it is."""

    row: str
    calls: int
    seconds: float
    place: str
    """What shares it, in words, as of the newest call."""
    y: float

    @property
    def rate(self) -> float:
        return self.calls / self.seconds


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the picture shows."""

    first: datetime
    last: datetime
    bars: list[Bar]
    totals: dict[Kind, int]
    most: int
    """In one second."""
    limit: Limit | None
    """None while calls of several providers are shown: each counts its own."""
    seconds: list[tuple[datetime, dict[Kind, int]]]
    """Those in which there were calls, the newest first."""
    height: int = _HEIGHT

    @property
    def told(self) -> str:
        """The picture in words."""
        counts = ", ".join(f"{count} {kind}" for kind, count in self.totals.items())
        limit = f", the limit is {self.limit.rate:g} a second" if self.limit is not None else ""
        between = f"from {self.first:%H:%M:%S} to {self.last:%H:%M:%S}"
        return f"Calls per second {between}: {counts}; at most {self.most} in one second{limit}."


def timeline(workspace: "Workspace", provider: str | None) -> Generator[None, None, Timeline | None]:
    """The minute before the newest call, of all providers or of one; None when there was no call."""
    newest = next((call for call in workspace.journal if provider in {None, call.provider.name}), None)
    if newest is None:
        return None
    last = newest.at.replace(microsecond=0)
    first, end = last - timedelta(seconds=_SECONDS - 1), last + timedelta(seconds=1)

    def fits(call: Call) -> bool:
        return first <= call.at < end and provider in {None, call.provider.name}

    calls = yield from select(list(workspace.journal), fits)
    return _drawn(calls, newest, workspace)


def _drawn(calls: list[Call], newest: Call, workspace: "Workspace") -> Timeline:
    last = newest.at.replace(microsecond=0)
    end = int(last.timestamp())
    counts = Counter((int(call.at.timestamp()), _kind(call)) for call in calls)
    totals = _by_kind((kind, count) for (_, kind), count in counts.items())
    seconds = sorted({second for second, _ in counts})
    by_second = {second: _by_kind((kind, counts[second, kind]) for kind in totals) for second in seconds}
    most = max(sum(each.values()) for each in by_second.values())
    alone = len({call.provider.name for call in calls}) == 1
    rate = _rate(newest.provider, workspace) if alone else 0
    scale = (_HEIGHT - _ROOM) / max(most, rate)
    return Timeline(
        first=last - timedelta(seconds=_SECONDS - 1),
        last=last,
        bars=[bar for second, each in by_second.items() for bar in _stacked(second - end, each, scale, _moment(second))],
        totals=totals,
        most=most,
        limit=_limit(newest, workspace, _HEIGHT - rate * scale) if alone else None,
        seconds=[(_moment(second), by_second[second]) for second in reversed(seconds)],
    )


def _kind(call: Call) -> Kind:
    if call.throttled is not None:
        return "throttled"
    return "answered" if outcome(call) == "answered" else "refused"


def _by_kind(counts: Iterable[tuple[Kind, int]]) -> dict[Kind, int]:
    found: dict[Kind, int] = dict.fromkeys(get_args(Kind), 0)
    for kind, count in counts:
        found[kind] += count
    return found


def _stacked(place: int, counts: dict[Kind, int], scale: float, at: datetime) -> list[Bar]:
    """The bars of one second, the answered calls at the bottom; `place` is 0 for the last second and less before."""
    bars, y = [], float(_HEIGHT)
    x = (_SECONDS - 1 + place) * _SLOT
    for kind, count in counts.items():
        if count:
            height = count * scale
            y -= height
            title = f"{at:%H:%M:%S}: {count} {kind}"
            bars.append(Bar(kind, round(x, 3), round(_SLOT * 0.82, 3), round(y, 2), round(height, 2), title))
    return bars


def _rate(provider: "Provider", workspace: "Workspace") -> float:
    limit = provider.etiquette().rate
    return limit.calls(workspace.settings[provider.name]) / limit.seconds


def _limit(call: Call, workspace: "Workspace", y: float) -> Limit:
    limit = call.provider.etiquette().rate
    calls = limit.calls(workspace.settings[call.provider.name])
    return Limit(limit.row, calls, limit.seconds, limit.place(call), round(y, 2))


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
