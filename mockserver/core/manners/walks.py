"""How long lists are read: in pages that are too small, and pages that were read already."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mockserver.core.etiquette import Page, Paging
from mockserver.core.manners.evidence import Outcome, Seen, apart, grouped
from mockserver.core.manners.findings import Finding, counted, finding

LONG = 5
"""So many pages in a row are a long walk."""
SMALL = 4
"""Pages are far below the maximum when so many of them would fit into it."""
STEP_SECONDS = 5.0
"""A page that follows later belongs to another walk: a person turns pages, too."""
AGAIN_SECONDS = 60.0
"""Within so many seconds a page is read again; later it is looked at anew."""

_Walk = list[tuple[Seen, Page]]


def judge(calls: Sequence[Seen], paging: Paging) -> Iterator[Finding]:
    read = [seen for seen in calls if seen.page is not None and seen.outcome is Outcome.FINE]
    walks = [
        [(seen, seen.page) for seen in group if seen.page is not None]
        for _, group in grouped(read, lambda seen: (seen.sender, seen.operation, seen.page and seen.page.walk))
    ]
    yield from _small(walks, paging)
    yield from _twice(walks, paging)


def _small(walks: Sequence[_Walk], paging: Paging) -> Iterator[Finding]:
    long = [walk for group in walks for walk in _in_a_row(group) if len(walk) >= LONG]
    small = [(seen, page) for walk in long for seen, page in walk if page.size * SMALL <= paging.most]
    for _, group in grouped((seen for seen, _ in small), lambda seen: seen.operation):
        sizes = [seen.page.size for seen in group if seen.page is not None]
        needed = -(-sum(sizes) // paging.most)
        said = f"{counted(len(group), 'page')} of {max(sizes)} read in a row"
        advice = f"{said}, {paging.most} records fit into one: {counted(needed, 'call')} would have done."
        yield finding("small_pages", "advice", group, row=paging.most_row, advice=advice)


def _in_a_row(pages: _Walk) -> Iterator[_Walk]:
    """Pages of which each begins where the one before it ended, one soon after the other."""
    walk = pages[:1]
    for (before, page), (seen, following) in pairwise(pages):
        follows = following.size == page.size and following.first == page.first + page.size
        if not (follows and apart(before, seen) < STEP_SECONDS):
            yield walk
            walk = []
        walk.append((seen, following))
    yield walk


def _twice(walks: Sequence[_Walk], paging: Paging) -> Iterator[Finding]:
    """Only where a list was walked through: to look at one page again is no walk."""
    again: list[Seen] = []
    for walk in walks:
        last: dict[Page, Seen] = {}
        repeated = []
        for seen, page in walk:
            if page in last and _is_same(last[page], seen):
                repeated.append(seen)
            last[page] = seen
        if len(last) > 1:
            again += repeated
    for _, group in grouped(again, lambda seen: seen.operation):
        said = f"{counted(len(group), 'page')} read again with the same answer, while nothing had changed"
        yield finding("same_page", "advice", group, row=paging.row, advice=f"{said}: keep what was read, or check the step.")


def _is_same(earlier: Seen, later: Seen) -> bool:
    """Whether the answer was the same; the bytes may differ, as some services number their answers."""
    return (
        later.knows(earlier)
        and earlier.arrival.revision == later.arrival.revision
        and earlier.call.answer_size == later.call.answer_size
        and apart(earlier, later) < AGAIN_SECONDS
    )
