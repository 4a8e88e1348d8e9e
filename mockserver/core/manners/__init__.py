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

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.core.etiquette import Severity
from mockserver.core.manners import habits, pace, retries, walks
from mockserver.core.manners.evidence import Seen
from mockserver.core.manners.findings import Finding
from mockserver.core.unread import unread

if TYPE_CHECKING:
    from mockserver.core.provider import Provider
    from mockserver.core.workspace import Workspace

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: list[Finding]
    """The gravest first."""
    judged_calls: int
    peak: dict[str, int]
    """By provider, the most calls from one address that were under way at a time."""


def judge(workspace: "Workspace", *, provider: str | None = None, severity: Severity | None = None) -> Verdict:
    """What there is to say of the calls that the journal still has: of all, or of one provider and severity."""
    providers = [each for each in workspace.runtime.providers.values() if provider in {None, each.name}]
    calls = {each.name: _seen(workspace, each) for each in providers}
    found = [finding for each in providers for finding in _findings(calls[each.name], workspace, each)]
    found = [finding for finding in found if severity in {None, finding.severity}]
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    peak = {each.name: workspace.peaks[each.name] for each in providers}
    return Verdict(findings=found, judged_calls=sum(map(len, calls.values())), peak=peak)


def _seen(workspace: "Workspace", provider: "Provider") -> list[Seen]:
    """The provider's calls, the oldest first."""
    calls = [call for call in workspace.journal if call.provider.name == provider.name]
    etiquette = provider.etiquette()
    return [Seen(call, etiquette) for call in reversed(calls)]


def _findings(calls: list[Seen], workspace: "Workspace", provider: "Provider") -> Iterator[Finding]:
    etiquette = provider.etiquette()
    yield from retries.judge(calls)
    yield from pace.judge(calls, workspace, provider)
    yield from habits.judge(calls, etiquette, unread)
    yield from walks.judge(calls, etiquette.paging)
