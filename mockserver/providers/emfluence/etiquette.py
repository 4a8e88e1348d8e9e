"""What emfluence asks of its clients, by which their manners are judged.

Every refusal but one has HTTP status 200, so outcomes are read off the codes: 1 and 5 may be tried again, no other.
"""

from collections.abc import Callable
from typing import Any

from mockserver.core.call import Call
from mockserver.core.etiquette import (
    Bulk,
    ConnectionLimit,
    Deprecated,
    Etiquette,
    HeaderAsked,
    Page,
    Paging,
    RateLimit,
    Wait,
)
from mockserver.providers.emfluence.parameters import parameters_at_a_glance
from mockserver.providers.emfluence.wire import DEFAULT_RPP

_PAGED = {
    "list_activities",
    "search_contacts",
    "search_custom_fields",
    "list_email_history",
    "get_activity_log",
    "search_emails",
    "search_groups",
    "list_group_contacts",
    "list_contact_groups",
    "search_templates",
}
_PAGE = {"page", "rpp"}


def _given(call: Call) -> dict[str, Any]:
    """The parameters by their names in small letters."""
    return {name.lower(): value for name, value in parameters_at_a_glance(call).items()}


def _page(call: Call) -> Page | None:
    if call.operation is None or call.operation.name not in _PAGED:
        return None
    given = _given(call)
    number, size = str(given.get("page") or 1), str(given.get("rpp") or DEFAULT_RPP)
    if not (number.isdecimal() and size.isdecimal()):
        return None
    others = sorted((name, str(value)) for name, value in given.items() if name not in _PAGE)
    return Page((call.operation.name, *others), (int(number) - 1) * int(size), int(size))


def _lookup(resource: str, ids: str, row: str) -> Bulk:
    return Bulk(
        single=f"lookup_{resource}",
        instead=f"{resource}/lookup with {ids}",
        row=row,
        is_single=_without(ids.lower()),
    )


def _without(name: str) -> Callable[[Call], bool]:
    return lambda call: name not in _given(call)


def _has_body(call: Call) -> bool:
    return call.method == "POST" and call.body_size > 0


ETIQUETTE = Etiquette(
    retries="emf.retries",
    waits={"emf.connections": Wait(least=0.0), "emf.code.5": Wait(least=0.0)},
    transient=frozenset({"emf.code.1", "emf.no_room"}),
    permanent=frozenset({"emf.not_served"}),
    rate=RateLimit(
        row="emf.throttle",
        calls=lambda settings: settings.requests_per_second,
        seconds=1.0,
        key=lambda _: "",
        place=lambda _: "of all users",
        refuses=False,
    ),
    connections=ConnectionLimit(row="emf.connections", calls=lambda settings: settings.simultaneous_connections),
    bulk=(
        Bulk(single="save_contact", instead="contacts/import", row="emf.import_contacts"),
        _lookup("contacts", "contactIDs", "emf.lookup_contacts"),
        _lookup("emails", "emailIDs", "emf.lookup_emails"),
        _lookup("groups", "groupIDs", "emf.lookup_groups"),
        _lookup("templates", "templateIDs", "emf.lookup_templates"),
        _lookup("users", "userIDs", "emf.lookup_users"),
    ),
    deprecated=(
        Deprecated(
            row="emf.token.in_request",
            advice="an access token in the query or the body is deprecated, it belongs in the Authorization header",
        ),
    ),
    headers=(
        HeaderAsked(
            name="Content-Type",
            value="application/json",
            row="emf.parameters.label",
            severity="warning",
            asked=_has_body,
        ),
    ),
    paging=Paging(page=_page, most=250, row="emf.paging", most_row="emf.paging.maximum"),
    maxima=frozenset(
        {
            "emf.paging.maximum",
            "emf.too_large",
            "emf.import_contacts.most",
            "emf.search_contacts.most_ids",
            "emf.lookup_contacts.most",
            "emf.lookup_emails.too_many",
            "emf.lookup_groups.most",
            "emf.lookup_users.most",
            "emf.save_email.too_many_contacts",
            "emf.send_transactional.too_many",
        }
    ),
    unread="emf.parameters.unknown",
)
