"""Whether the calls of a journal are those that a test expects, and if not, why in words that a person can use."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from mockserver.core.call import Call
from mockserver.core.matching import COARSE, Criteria, Misfit, select
from mockserver.core.slices import Turn

_NEAREST = 3
"""Calls that nearly fit, of which a verdict tells."""
_MISFITS = 10
"""Things that one of them lacks, of which it tells."""
_COUNTED = 100
"""Things up to which it is counted what a call lacks, to find the nearest."""
_LONGEST = 200
"""Characters of anything that clients sent."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many calls there have to be."""

    least: int = 1
    most: int | None = None

    def holds(self, number: int) -> bool:
        return number >= self.least and (self.most is None or number <= self.most)

    def __str__(self) -> str:
        if self.least == self.most:
            return f"exactly {self.least}"
        least = [f"at least {self.least}"] if self.least or self.most is None else []
        return " and ".join([*least, *([f"at most {self.most}"] if self.most is not None else [])])


@dataclass(frozen=True, slots=True)
class Verdict:
    holds: bool
    calls: list[Call]
    """Those that fit; of calls in order, the first of each step, as far as they came."""
    difference: str
    """Blank when it holds."""


Judging = Generator[None, None, Verdict]
"""Comes to a verdict, with turns for others on the way."""


def verify_count(calls: Sequence[Call], criteria: Criteria, count: Count) -> Judging:
    """Judge how many of the calls fit; `calls` are the oldest first."""
    fitting = yield from select(calls, criteria.fits)
    if count.holds(len(fitting)):
        return Verdict(True, fitting, "")
    lines = [f"expected {count} fitting, found {len(fitting)} among {_counted(calls)}", *_called(fitting)]
    if len(fitting) < count.least:
        known = {call.id for call in fitting}
        lines += yield from _nearly([call for call in calls if call.id not in known], criteria)
    return Verdict(False, fitting, "\n".join(lines))


def verify_order(calls: Sequence[Call], steps: Sequence[Criteria]) -> Judging:
    """Judge whether there is a call for each step, one after the other; other calls may lie between them."""
    found: list[Call] = []
    rest = calls
    for number, criteria in enumerate(steps, start=1):
        fitting = yield from select(rest, criteria.fits, most=1)
        if not fitting:
            after = f" after call {found[-1].id}" if found else ""
            lines = [f"step {number} of {len(steps)}: no call fits{after}, among {_counted(rest)}"]
            early = yield from select(calls[: len(calls) - len(rest)], criteria.fits)
            lines += [f"{line}, which came before" for line in _called(early)]
            lines += yield from _nearly(rest, criteria)
            return Verdict(False, found, "\n".join(lines))
        found += fitting
        rest = [call for call in rest if call.id > fitting[0].id]
    return Verdict(True, found, "")


def _counted(calls: Sequence[Call]) -> str:
    return f"{len(calls)} call{'' if len(calls) == 1 else 's'}"


def _called(calls: Sequence[Call]) -> list[str]:
    more = [f"  and {len(calls) - _NEAREST} more"] if len(calls) > _NEAREST else []
    return [*(f"  {_line(call)}" for call in calls[:_NEAREST]), *more]


def _nearly(calls: Iterable[Call], criteria: Criteria) -> Generator[None, None, list[str]]:
    """The calls that lack least, and what they lack, expected above found."""
    judged: list[tuple[int, int, Call]] = []
    turn = Turn()
    for call in calls:
        misfits = [misfit.criterion for misfit in islice(criteria.misfits(call), _COUNTED)]
        judged.append((sum(criterion in COARSE for criterion in misfits), len(misfits), call))
        if turn.over:
            yield
            turn.begin()
    nearest = sorted(judged, key=lambda each: each[:2])[:_NEAREST]
    return [line for _, _, call in nearest for line in (f"  {_line(call)}", *_lacking(list(criteria.misfits(call))))]


def _lacking(misfits: Sequence[Misfit]) -> list[str]:
    lines = [line for misfit in misfits[:_MISFITS] for line in _sides(misfit)]
    return [*lines, f"    and {len(misfits) - _MISFITS} more"] if len(misfits) > _MISFITS else lines


def _sides(misfit: Misfit) -> tuple[str, str]:
    criterion = _short(misfit.criterion)
    return f"    - {criterion}: {_short(misfit.expected)}", f"    + {criterion}: {_short(misfit.found)}"


def _line(call: Call) -> str:
    operation = call.operation.name if call.operation is not None else "(no operation)"
    answer = call.status or "no answer"
    return f"call {call.id}: {call.provider.name} {operation}, {call.method} {_short(call.path)} -> {answer}"


def _short(text: str) -> str:
    """In one line that is not too long."""
    line = text[: _LONGEST + 1].encode("utf-8", "backslashreplace").decode().translate(_BREAKS)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


_BREAKS = {ord(character): repr(character)[1:-1] for character in "\n\r\t\x0b\x0c\x85\u2028\u2029"}
