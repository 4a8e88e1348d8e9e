"""What Emma asks of its clients, by which their manners are judged."""

from mockserver.core.call import Call
from mockserver.core.etiquette import Bulk, Etiquette, Page, Paging, RateLimit, Wait
from mockserver.core.queries import read_query
from mockserver.providers.emma.access import budget, normal_path
from mockserver.providers.emma.wire import LARGEST_PAGE

_WINDOW = {"start", "end"}


def _page(call: Call) -> Page | None:
    """Of the lists: rows from `start` up to `end`, the first 500 where the call says neither."""
    if call.operation is None or not call.operation.name.startswith("list_"):
        return None
    asked = read_query(call.query)
    given = dict(asked)
    first, end = given.get("start") or "0", given.get("end") or ""
    if "count" in given or not (first.isdecimal() and (not end or end.isdecimal())):
        return None
    others = tuple(sorted((name, value) for name, value in asked if name not in _WINDOW))
    size = int(end) - int(first) if end else LARGEST_PAGE
    return Page((normal_path(call.path), others), int(first), max(0, size))


def _bulk(single: str, instead: str) -> Bulk:
    return Bulk(single=single, instead=instead, row="emma.bulk.preferred")


ETIQUETTE = Etiquette(
    retries="emma.retries",
    waits={"emma.rate_limit": Wait(seconds=60.0)},
    transient=frozenset(),
    permanent=frozenset({"emma.get_message.bad_type", "emma.not_served"}),
    rate=RateLimit(
        row="emma.rate_limit",
        calls=lambda settings: settings.calls_per_minute,
        seconds=60.0,
        key=budget,
        place=lambda call: f"of one {call.settings.rate_limit_shared_by}",
    ),
    bulk=(
        _bulk("add_member", "POST /members"),
        _bulk("update_member", "POST /members"),
        _bulk("archive_member", "PUT /members/delete"),
        _bulk("add_member_to_groups", "PUT /groups/#group_id/members"),
        _bulk("remove_member_from_groups", "PUT /members/groups/remove"),
    ),
    paging=Paging(page=_page, most=LARGEST_PAGE, row="emma.paging", most_row="emma.paging.most"),
    maxima=frozenset({"emma.too_large", "emma.criteria.limits"}),
    unread="emma.unknown_keys",
)
