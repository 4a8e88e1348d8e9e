"""Trying again: too early, too often, in vain, or not at all.

A retry is the same call again (sender, method, path, query, body), sent after the earlier one was answered. What runs
side by side is none, and neither is another item of the same loop.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mockserver.core.etiquette import Wait
from mockserver.core.manners.evidence import Outcome, Seen, grouped, since
from mockserver.core.manners.findings import Finding, counted, finding, seconds

NEARLY = 0.95
"""Of a time to wait, so much is enough: networks jitter."""
REPEATS = 3
"""So many retries in a row, each with little pause and the same refusal before it, are hammering."""
PAUSE = 1.0
"""Seconds after which a retry is no hammering, and after which a read that finds nothing yet is polling."""
GROWTH, GROWN = 1.5, 0.1
"""Neither is one whose pause is so many times the one before and so many seconds long: that is how backoff begins."""
VAIN_WITHIN = 60.0
"""Seconds after a refusal within which the same call is a retry of it, and not another occasion."""
GIVEN_UP_AFTER, GIVEN_UP_CALLS = 120.0, 3
"""A call is given up when its sender has gone on for so long, and with so many calls, without it."""

_FAILED = (Outcome.WAIT, Outcome.TRANSIENT, Outcome.LOST)
_Pair = tuple[Seen, Seen]


def judge(calls: Sequence[Seen]) -> Iterator[Finding]:
    chains = [chain for _, chain in grouped(calls, lambda seen: seen.identity)]
    retried = [list(_retries(chain)) for chain in chains]
    pairs = [pair for chain in retried for pair in chain]
    yield from _too_early(pairs)
    yield from _hammering(retried)
    yield from _in_vain(pairs)
    yield from _not_at_all(calls, [chain[0] for chain in chains if len(chain) == 1])


def _retries(chain: Sequence[Seen]) -> Iterator[_Pair]:
    """Each call of a chain with the last one before it that was answered when it came."""
    for index, later in enumerate(chain):
        earlier = next((chain[at] for at in range(index - 1, -1, -1) if later.knows(chain[at])), None)
        if earlier is not None:
            yield earlier, later


def _too_early(pairs: Iterable[_Pair]) -> Iterator[Finding]:
    early = [pair for pair in pairs if pair[0].outcome is Outcome.WAIT and since(*pair) < NEARLY * _due(*pair)]
    for (_, row), group in _by_answer(early):
        stated = next((wait for wait in (_stated(earlier) for earlier, _ in group) if wait is not None), None)
        due = stated if stated is not None else max(_due(*pair) for pair in group)
        said = f"said to wait {seconds(due)}" if stated is not None else f"takes {seconds(due)} to go away"
        within = f"{max(0.1, *(since(*pair) for pair in group)):.1f} s"
        advice = f"{counted(len(group), 'call')} within {within} of a refusal that {said}: wait so long before trying again."
        yield finding("retry_too_early", "error", (later for _, later in group), row=row, advice=advice)


def _due(earlier: Seen, later: Seen) -> float:
    """Seconds that had to pass between a refusal and the next try."""
    stated = _stated(earlier)
    if stated is not None:
        return stated
    wait = next((wait for row, wait in earlier.etiquette.waits.items() if row in earlier.call.rules), Wait())
    return wait.seconds if later.row == earlier.row and later.outcome is Outcome.WAIT else wait.least


def _stated(refused: Seen) -> float | None:
    """What `Retry-After` says, if it says seconds."""
    said = dict(refused.call.answer_headers).get(b"retry-after", b"")
    return float(said) if said.isdigit() else None


def _hammering(chains: Iterable[Sequence[_Pair]]) -> Iterator[Finding]:
    runs = [run for chain in chains for run in _runs(chain) if len(run) >= REPEATS]
    for (_, row), group in _by_answer(pair for run in runs for pair in run):
        longest = max(since(*pair) for pair in group)
        most = max(len(run) for run in runs if run[0][0].row == row)
        said = f"the same call was sent again {most} times in a row, {max(longest, 0.1):.1f} s apart at most"
        advice = f"After a refusal {said}: pause, and longer each time."
        yield finding("hammering", "error", (later for _, later in group), row=row, advice=advice)


def _runs(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Retries in a row without patience, each after the same refusal."""
    run: list[_Pair] = []
    for before, pair in pairwise([None, *pairs]):
        assert pair is not None
        hasty = not _is_polling(pair[0]) and not _is_patient(before, pair)
        if run and not (hasty and pair[0].row == run[-1][0].row):
            yield run
            run = []
        if hasty:
            run.append(pair)
    yield run


def _is_polling(earlier: Seen) -> bool:
    """Whether there was no refusal, or a read that only found nothing yet."""
    looked = earlier.outcome is Outcome.PERMANENT and earlier.reads
    return earlier.outcome is Outcome.FINE or (looked and _may_come(earlier))


def _is_patient(before: _Pair | None, pair: _Pair) -> bool:
    pause = since(*pair)
    return pause >= PAUSE or (before is not None and pause >= GROWN and pause >= GROWTH * since(*before))


def _in_vain(pairs: Iterable[_Pair]) -> Iterator[Finding]:
    for (_, row), group in _by_answer(pair for pair in pairs if _is_vain(*pair)):
        times = "once" if len(group) == 1 else f"{len(group)} times"
        status = group[0][0].call.status
        said = f"was refused for what it says (HTTP {status}, {row}) and sent again unchanged {times}"
        advice = f"A call {said}: change it first, or report the error."
        yield finding("retry_in_vain", "error", (later for _, later in group), row=row, advice=advice)


def _is_vain(earlier: Seen, later: Seen) -> bool:
    """Whether the same refusal had to be expected: nothing changed, and nothing was about to."""
    if earlier.outcome is not Outcome.PERMANENT or _may_come(earlier):
        return False
    nothing_changed = earlier.arrival.revision == later.arrival.revision
    return nothing_changed and since(earlier, later) < (PAUSE if earlier.reads else VAIN_WITHIN)


def _may_come(refused: Seen) -> bool:
    """Whether work was due that could make what was not there yet: whoever looks again is waiting for it."""
    return refused.arrival.due - refused.arrival.at < VAIN_WITHIN


def _not_at_all(calls: Sequence[Seen], alone: Iterable[Seen]) -> Iterator[Finding]:
    of_sender = dict(grouped(calls, lambda seen: seen.sender))
    given_up = [seen for seen in alone if seen.outcome in _FAILED and _is_given_up(seen, of_sender[seen.sender])]
    for (_, row), group in grouped(given_up, lambda seen: (seen.operation, seen.row)):
        said = f"{counted(len(group), 'call')} failed without being at fault and never came again"
        later = max(since(seen, of_sender[seen.sender][-1]) for seen in group)
        advice = f"{said}, although the client went on for {seconds(later)}: try again after a pause."
        yield finding("not_retried", "warning", group, row=row, advice=advice)


def _is_given_up(failed: Seen, all_calls: Sequence[Seen]) -> bool:
    """Whoever lost the answer to a change may as well look what became of it: any read will do."""
    later = [seen for seen in all_calls if seen.knows(failed)]
    if failed.outcome is Outcome.LOST and not failed.reads and any(seen.reads for seen in later):
        return False
    return len(later) >= GIVEN_UP_CALLS and since(failed, later[-1]) >= GIVEN_UP_AFTER


def _by_answer(pairs: Iterable[_Pair]) -> Iterator[tuple[tuple[str | None, str], list[_Pair]]]:
    """Pairs whose earlier call was of the same operation and had the same answer."""
    groups: dict[tuple[str | None, str], list[_Pair]] = {}
    for earlier, later in pairs:
        groups.setdefault((earlier.operation, earlier.row), []).append((earlier, later))
    yield from groups.items()
