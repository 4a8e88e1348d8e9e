"""What the server says of the calls that it had."""

from collections.abc import Iterable, Sequence

from mockserver.control.schemas.manners import FindingView, VerdictView
from mockserver.control.schemas.rulebook import Coverage, OperationCoverage


def manners(verdict: VerdictView) -> str:
    """Two lines for each finding, and one for all of them."""
    lines = [line for finding in verdict.findings for line in _finding(finding)]
    kinds = [finding.severity for finding in verdict.findings]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)) or "nothing to complain of"
    peaks = ", ".join(f"{name} {peak}" for name, peak in verdict.peak.items() if peak) or "none"
    return "\n".join([*lines, f"{verdict.judged_calls} calls judged: {counts}; most calls at a time: {peaks}"])


def _finding(finding: FindingView) -> Iterable[str]:
    where = f"{finding.provider} {finding.operation or ''}".strip()
    more = f" and {finding.count - len(finding.calls)} more" if finding.count > len(finding.calls) else ""
    calls = f"calls {', '.join(map(str, finding.calls))}{more}" if finding.calls else "calls no longer in the journal"
    yield f"{finding.severity:<7}  {finding.rule}  {where}  [{finding.row}]"
    yield f"         {finding.advice} ({calls})"


def coverage(found: Sequence[Coverage], *, untouched_only: bool = False) -> str:
    """A table for each provider: how many rows of each operation were met, and below it the texts of the others."""
    return "\n\n".join(_provider(each, untouched_only=untouched_only) for each in found)


def _provider(found: Coverage, *, untouched_only: bool) -> str:
    shown = [each for each in found.operations if each.untouched or not untouched_only]
    width = max((len(each.operation) for each in shown), default=0)
    lines = [line for each in shown for line in _operation(each, width)]
    evidence = ", ".join(f"{kind} {each.touched}/{each.total}" for kind, each in found.evidence.items())
    called = len(found.operations) - 1 - len(found.never_called)
    total = f"{found.provider}: {found.touched} of {found.rows} rows touched ({evidence})"
    return "\n".join([*lines, f"{total}, {called} of {len(found.operations) - 1} operations called"])


def _operation(found: OperationCoverage, width: int) -> Iterable[str]:
    remark = "" if found.calls else "  never called"
    yield f"{found.operation:<{width}}  {f'{found.touched}/{found.total}':>7}  {found.calls:>6} calls{remark}"
    left = set(found.untouched)
    for row in found.rows:
        if row.id in left:
            yield f"    {row.evidence:<10}  {row.id}: {row.text}"
