"""Too much at a time: more calls than a limit allows, whether it was enforced or not, and too many connections."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mockserver.core.etiquette import RateLimit
from mockserver.core.manners.evidence import Seen, apart, grouped
from mockserver.core.manners.findings import SHOWN_CALLS, Finding, counted, finding, seconds
from mockserver.core.manners.retries import NEARLY

if TYPE_CHECKING:
    from mockserver.core.provider import Provider
    from mockserver.core.workspace import Workspace


def judge(calls: Sequence[Seen], workspace: "Workspace", provider: "Provider") -> Iterator[Finding]:
    etiquette, settings = provider.etiquette(), workspace.settings[provider.name]
    counting = sorted((seen for seen in calls if seen.arrival.under_way), key=lambda seen: seen.call.number)
    yield from _bursts(counting, etiquette.rate, etiquette.rate.calls(settings))
    if etiquette.connections is not None:
        peak, most = workspace.peaks[provider.name], etiquette.connections.calls(settings)
        if peak > most:
            above = [seen for seen in counting if seen.arrival.under_way > most]
            yield _connections(provider, above, row=etiquette.connections.row, peak=peak, most=most)


def _bursts(calls: Sequence[Seen], limit: RateLimit, most: int) -> Iterator[Finding]:
    """One finding for each operation, with the worst moment that any of its calls was in."""
    above: list[tuple[Seen, int]] = []
    for _, group in grouped(calls, lambda seen: limit.key(seen.call)):
        excess, peak = _excess(group, limit, most)
        above += [(seen, peak) for seen in excess]
    peaks = {seen.call.id: peak for seen, peak in above}
    for _, group in grouped((seen for seen, _ in above), lambda seen: seen.operation):
        worst = max(group, key=lambda seen: peaks[seen.call.id])
        said = f"{peaks[worst.call.id]} calls within {seconds(limit.seconds)} {limit.place(worst.call)}, {most} allowed"
        advice = f"{said}, and {counted(len(group), 'call')} came too soon: spread them out."
        yield finding("burst", "warning" if limit.refuses else "advice", group, row=limit.row, advice=advice)


def _excess(calls: Sequence[Seen], limit: RateLimit, most: int) -> tuple[list[Seen], int]:
    """The calls above the limit, as a sliding window sees them, and the most calls that it ever saw.

    What is above the limit uses nothing up. Networks jitter, so the window is a little shorter than the limit's.
    """
    window, admitted = limit.seconds * NEARLY, deque[Seen]()
    everything = deque[Seen]()
    excess: list[Seen] = []
    peak = 0
    for seen in calls:
        for waiting in (admitted, everything):
            while waiting and apart(waiting[0], seen) >= window:
                waiting.popleft()
        everything.append(seen)
        peak = max(peak, len(everything))
        (excess if len(admitted) >= most else admitted).append(seen)
    return excess, peak


def _connections(provider: "Provider", calls: Sequence[Seen], *, row: str, peak: int, most: int) -> Finding:
    """The peak was measured when it happened; the calls may have left the journal since."""
    return Finding(
        rule="manners.connections",
        severity="error",
        provider=provider.name,
        operation=None,
        calls=[seen.call.id for seen in calls[:SHOWN_CALLS]],
        count=len(calls),
        row=row,
        advice=f"A peak of {peak} simultaneous connections, {most} allowed: let calls wait for each other.",
        ids=frozenset(seen.call.id for seen in calls),
    )
