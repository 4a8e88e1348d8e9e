"""What Ether Mailer asks of its clients, by which their manners are judged."""

from contextlib import suppress

from mockserver.core.call import Call
from mockserver.core.etiquette import Bulk, Etiquette, HeaderAsked, Page, Paging, RateLimit, Wait
from mockserver.core.queries import read_query
from mockserver.providers.ethermailer.access import throttled_uri

_IMPORT = "POST /user/contact/import"


def _page(call: Call) -> Page | None:
    """Of the lists, which have limit and offset in their paths."""
    asked = call.path_parameters
    with suppress(KeyError, ValueError):
        return Page(call.path.partition("/limit/")[0], int(asked["offset"]), int(asked["findLimit"]))
    return None


def _has_one_id(call: Call) -> bool:
    ids = [part for name, value in read_query(call.query) if name == "contactIds" for part in value.split(",")]
    return len(ids) == 1


def _has_body(call: Call) -> bool:
    return call.operation is not None and call.operation.takes_body


ETIQUETTE = Etiquette(
    retries="ether.retries",
    waits={"ether.throttle": Wait()},
    transient=frozenset(),
    permanent=frozenset(),
    rate=RateLimit(
        row="ether.throttle",
        calls=lambda settings: settings.calls_per_second,
        seconds=1.0,
        key=lambda call: f"{call.credential} {throttled_uri(call)}",
        place=lambda call: f"at {throttled_uri(call)}",
    ),
    bulk=(
        Bulk(single="add_contact", instead=_IMPORT, row="ether.import_contacts"),
        Bulk(single="update_contact", instead=_IMPORT, row="ether.import_contacts"),
        Bulk(
            single="delete_contacts",
            instead="DELETE /user/contact/multiple with several contactIds",
            row="ether.delete_contacts",
            is_single=_has_one_id,
        ),
        Bulk(
            single="restore_contacts",
            instead="PUT /user/contact/multiple/restore with several contactIds",
            row="ether.restore_contacts",
            is_single=_has_one_id,
        ),
    ),
    headers=(
        HeaderAsked(
            name="Content-Type", value="application/json", row="ether.content_type", severity="error", asked=_has_body
        ),
        HeaderAsked(
            name="Content-Type",
            value="application/json",
            row="ether.content_type.bodyless",
            severity="advice",
            asked=lambda call: not _has_body(call),
        ),
        HeaderAsked(
            name="Accept", value="application/json", row="ether.accept.absent", severity="advice", asked=lambda _: True
        ),
    ),
    paging=Paging(page=_page, most=50, row="ether.paging.path", most_row="ether.paging.max"),
    maxima=frozenset({"ether.bulk.size", "ether.paging.max", "ether.too_large"}),
    unread="ether.unknown_properties",
)
