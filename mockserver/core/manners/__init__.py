"""The manners of a client: what it did to a service that a good client does not, judged when somebody asks.

rule                    severity          when
manners.retry_too_early error             the same call again, before the time that a refusal says or takes was over
manners.hammering       error             the same call at least three times again in a row, without a pause, refused alike
manners.retry_in_vain   error             a call that was refused for what it says, again unchanged while nothing had changed
manners.not_retried     warning           a call that failed without being at fault, and never came again
manners.burst           warning, advice   more calls than the limit on the rate allows (advice where it only slows down)
manners.connections     error             more calls at a time from one address than are allowed
manners.no_bulk         advice            single calls in a loop where the document has a call for many
manners.deprecated      error, warning    a way of calling that is not to be used any more, refused or still taken
manners.missing_header  as the provider   a header that the document asks for
manners.too_much        error, warning    more than a documented maximum, refused or cut
manners.unread_fields   warning           fields and parameters that nothing read
manners.small_pages     advice            a long list in pages far below the maximum
manners.same_page       advice            a page of a walk through a list once more, with the same answer

Numbers are constants beside each rule. What a provider asks for is in its `etiquette.py`. Calls are judged by the
journal, so those that it has forgotten count no more; the peak of simultaneous calls is measured as they come.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.core.etiquette import Severity
from mockserver.core.manners import habits, pace, retries, walks
from mockserver.core.manners.evidence import Seen
from mockserver.core.manners.findings import Finding
from mockserver.core.slices import Turn
from mockserver.core.unread import unread

if TYPE_CHECKING:
    from mockserver.core.call import Call
    from mockserver.core.provider import Provider
    from mockserver.core.workspace import Workspace

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")
NEIGHBOURS = 500
"""Calls before and after one that are judged together with it, where nobody asks about more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: list[Finding]
    """The gravest first."""
    judged_calls: int
    peak: dict[str, int]
    """By provider, the most calls from one address that were under way at a time."""


def judge(
    workspace: "Workspace", *, provider: str | None = None, severity: Severity | None = None, near: int | None = None
) -> Generator[None, None, Verdict]:
    """What there is to say of the calls that the journal has now: of all, or of one provider and severity.

    It is work in turns (see `core/slices.py`). `near` is a call's id: only it and its neighbours are judged then, which
    takes no long time however many there are.
    """
    journal = [call for call in workspace.journal if near is None or abs(call.id - near) <= NEIGHBOURS]
    found: list[Finding] = []
    judged, peak = 0, {}
    for each in workspace.runtime.providers.values():
        if provider in {None, each.name}:
            calls = yield from _seen(journal, each)
            for findings in _parts(calls, workspace, each):
                found += [finding for finding in findings if severity in {None, finding.severity}]
                yield
            judged += len(calls)
            peak[each.name] = workspace.peaks[each.name]
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return Verdict(findings=found, judged_calls=judged, peak=peak)


def _seen(journal: Sequence["Call"], provider: "Provider") -> Generator[None, None, list[Seen]]:
    """The provider's calls, the oldest first."""
    etiquette, seen, turn = provider.etiquette(), list[Seen](), Turn()
    for call in reversed(journal):
        if call.provider.name == provider.name:
            seen.append(Seen(call, etiquette))
        if turn.over:
            yield
            turn.begin()
    return seen


def _parts(calls: list[Seen], workspace: "Workspace", provider: "Provider") -> Iterator[Iterator[Finding]]:
    etiquette = provider.etiquette()
    yield retries.judge(calls)
    yield pace.judge(calls, workspace, provider)
    yield habits.judge(calls, etiquette, unread)
    yield walks.judge(calls, etiquette.paging)
