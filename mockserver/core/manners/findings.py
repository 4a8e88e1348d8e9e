"""What is wrong with the manners of a client: findings, and what makes one of calls."""

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.core.etiquette import Severity
from mockserver.core.manners.evidence import Seen

SHOWN_CALLS = 20
"""Of the calls of a finding, those whose ids it tells."""


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    severity: Severity
    provider: str
    operation: str | None
    calls: list[int]
    """Journal ids of the first of them."""
    count: int
    """How many calls there are."""
    row: str
    advice: str
    """What was measured, and what would be better, in one sentence."""
    ids: frozenset[int]
    """Journal ids of all of them."""


def finding(rule: str, severity: Severity, calls: Iterable[Seen], *, row: str, advice: str) -> Finding:
    """Of calls to one operation; at least one."""
    found = sorted({seen.call.id: seen for seen in calls}.items())
    first = found[0][1]
    return Finding(
        rule=f"manners.{rule}",
        severity=severity,
        provider=first.call.provider.name,
        operation=first.operation,
        calls=[number for number, _ in found[:SHOWN_CALLS]],
        count=len(found),
        row=row,
        advice=advice,
        ids=frozenset(number for number, _ in found),
    )


def counted(count: int, thing: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def seconds(number: float) -> str:
    """`0.8 s`, `12 s`, without more digits than anybody wants."""
    return f"{number:.0f} s" if number >= 10 or number == int(number) else f"{number:.1f} s"
