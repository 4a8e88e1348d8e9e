"""How calls are made: one by one where there is a call for many, in old ways, without headers, with too much in them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mockserver.core.etiquette import Bulk, Etiquette, HeaderAsked
from mockserver.core.manners.evidence import Seen, apart, grouped
from mockserver.core.manners.findings import Finding, counted, finding

if TYPE_CHECKING:
    from mockserver.core.call import Call

LOOP_CALLS, LOOP_SECONDS = 20, 20.0
"""So many different single calls of one operation and sender, within so many seconds, are a loop."""
SHOWN_NAMES = 10
"""Of the fields that nothing read, those that a finding names."""


def judge(calls: Sequence[Seen], etiquette: Etiquette, unread: "Callable[[Call], list[str]]") -> Iterator[Finding]:
    for bulk in etiquette.bulk:
        yield from _loops(calls, bulk)
    yield from _deprecated(calls, etiquette)
    for header in etiquette.headers:
        yield from _without_header(calls, header)
    yield from _too_much(calls, etiquette)
    yield from _unread(calls, etiquette, unread)


def _loops(calls: Sequence[Seen], bulk: Bulk) -> Iterator[Finding]:
    single = [seen for seen in calls if seen.operation == bulk.single and bulk.is_single(seen.call)]
    looped: list[Seen] = []
    for _, group in grouped(single, lambda seen: seen.sender):
        different = list({seen.identity: seen for seen in reversed(group)}.values())[::-1]
        looped += _in_loops(different)
    if looped:
        said = f"{len(looped)} single calls of {bulk.single} in a loop, {LOOP_CALLS} or more within {LOOP_SECONDS:.0f} s"
        yield finding(
            "no_bulk", "advice", looped, row=bulk.row, advice=f"{said}: {bulk.instead} takes them all in one call."
        )


def _in_loops(calls: Sequence[Seen]) -> list[Seen]:
    """Those that are in a row of `LOOP_CALLS` within `LOOP_SECONDS`."""
    found: dict[int, Seen] = {}
    for first, last in enumerate(range(LOOP_CALLS - 1, len(calls))):
        if apart(calls[first], calls[last]) < LOOP_SECONDS:
            found |= {seen.call.id: seen for seen in calls[first : last + 1]}
    return list(found.values())


def _deprecated(calls: Sequence[Seen], etiquette: Etiquette) -> Iterator[Finding]:
    for deprecated in etiquette.deprecated:
        old = [seen for seen in calls if deprecated.row in seen.call.rules]
        for _, group in grouped(old, lambda seen: (seen.operation, seen.call.refused)):
            refused = group[0].call.refused
            advice = f"{counted(len(group), 'call')} {'refused' if refused else 'still taken'}: {deprecated.advice}."
            yield finding("deprecated", "error" if refused else "warning", group, row=deprecated.row, advice=advice)


def _without_header(calls: Sequence[Seen], header: HeaderAsked) -> Iterator[Finding]:
    name = header.name.lower().encode()
    without = [
        seen
        for seen in calls
        if seen.operation is not None
        and header.asked(seen.call)
        and header.value not in (seen.call.header(name) or "").lower()
    ]
    for _, group in grouped(without, lambda seen: seen.operation):
        advice = (
            f"{counted(len(group), 'call')} without the header {header.name}: {header.value}, which the document asks for."
        )
        yield finding("missing_header", header.severity, group, row=header.row, advice=advice)


def _too_much(calls: Sequence[Seen], etiquette: Etiquette) -> Iterator[Finding]:
    refused = [seen for seen in calls if seen.call.refused and not seen.call.rules.isdisjoint(etiquette.maxima)]
    for (_, row), group in grouped(refused, lambda seen: (seen.operation, min(seen.call.rules & etiquette.maxima))):
        advice = f"{counted(len(group), 'call')} refused for more than the documented maximum: send it in parts."
        yield finding("too_much", "error", group, row=row, advice=advice)
    paging = etiquette.paging
    wide = [seen for seen in calls if not seen.call.refused and seen.page is not None and seen.page.size > paging.most]
    for _, group in grouped(wide, lambda seen: seen.operation):
        size = max(seen.page.size for seen in group if seen.page is not None)
        said = f"{counted(len(group), 'page')} of up to {size} records asked for, and cut to {paging.most}"
        advice = f"{said}: ask for what there will be."
        yield finding("too_much", "warning", group, row=paging.most_row, advice=advice)


def _unread(calls: Sequence[Seen], etiquette: Etiquette, unread: "Callable[[Call], list[str]]") -> Iterator[Finding]:
    sent = {seen.call.id: names for seen in calls if (names := unread(seen.call))}
    ignored = [seen for seen in calls if seen.call.id in sent]
    for _, group in grouped(ignored, lambda seen: seen.operation):
        names = sorted({name for seen in group for name in sent[seen.call.id]})
        shown = ", ".join(names[:SHOWN_NAMES]) + (
            f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        )
        advice = f"Nothing read what {counted(len(group), 'call')} sent as {shown}: check the spelling, or leave it out."
        yield finding("unread_fields", "warning", group, row=etiquette.unread, advice=advice)
