"""Mailings as they are read: the list of them, and one with everything around it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, func, or_, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, mailing_targets
from mockserver.providers.emma.actions.listings import Listing
from mockserver.providers.emma.errors import BadRequest, NotFound, shown
from mockserver.providers.emma.schemas.mailings import (
    ListedMailing,
    MailingDetail,
    listed_mailings,
    mailing_detail,
    mailing_links,
)
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Link, Mailing
from mockserver.providers.emma.wire import record_id

TYPES, STATUSES = "mtrsc", "paisxcwuf"
_DEFAULT_TYPES = "mt"
_CANCELED = "x"

MAILING = Mailing.c.id
COLUMNS: Sequence[ColumnElement[Any]] = list(Mailing.c)
CONTENT = ("html_body", "plaintext")


def columns(*, with_html: bool, with_plaintext: bool) -> list[ColumnElement[Any]]:
    """What is read for a list: content, which may be large, only if it will be shown."""
    left_out = {name for name, wanted in zip(CONTENT, (with_html, with_plaintext), strict=True) if not wanted}
    return [column for column in COLUMNS if column.key not in left_out]


def in_each_extent(rows: Select[*tuple[Any, ...]]) -> dict[tuple[bool, bool], Statement]:
    """The pages of a list without content, with one part of it, and with both."""
    page = rows.limit(bindparam("limit", type_=Integer)).offset(bindparam("start", type_=Integer))
    extents = [(with_html, with_plaintext) for with_html in (False, True) for with_plaintext in (False, True)]
    return {each: Statement(page.with_only_columns(*columns(with_html=each[0], with_plaintext=each[1]))) for each in extents}


_LISTED = (
    func.instr(bindparam("types", type_=String), Mailing.c.type) > 0,
    func.instr(bindparam("statuses", type_=String), Mailing.c.status) > 0,
    or_(bindparam("archived_too", type_=Integer) == 1, Mailing.c.archived_ts.is_(None)),
    or_(bindparam("scheduled_only", type_=Integer) == 0, Mailing.c.send_at.is_not(None)),
)
_PAGES = in_each_extent(select(*COLUMNS).where(*_LISTED).order_by(MAILING.desc()))
_COUNT = Statement(select(func.count()).select_from(Mailing).where(*_LISTED))
_ONE = Statement(select(*COLUMNS).where(MAILING == bindparam("mailing")))
_LINKS = Statement(select(*Link.c).where(Link.c.mailing_id == bindparam("mailing")).order_by(Link.c.order, Link.c.id))


def find(context: EmmaContext, mailing_id: str, rule: str = "emma.mailings.unknown") -> Any:
    """The mailing of an id from a path, archived or not."""
    found = context.first(_ONE, mailing=record_id(mailing_id))
    if found is None:
        raise NotFound(f"there is no mailing {mailing_id}", rule)
    return found


def listing(
    context: EmmaContext,
    *,
    types: Sequence[str],
    statuses: Sequence[str],
    archived_too: bool,
    scheduled_only: bool,
    with_html: bool,
    with_plaintext: bool,
) -> Listing[ListedMailing]:
    """The mailings of some types and statuses, the newest first."""
    wanted = {
        "types": _letters("mailing_types", types, TYPES) or _DEFAULT_TYPES,
        "statuses": _letters("mailing_statuses", statuses, STATUSES) or _default_statuses(context),
        "archived_too": int(archived_too),
        "scheduled_only": int(scheduled_only),
    }
    page, account_id = _PAGES[with_html, with_plaintext], accounts.get(context).id
    return Listing(
        count=lambda: int(context.value(_COUNT, **wanted)),
        rows=lambda window: listed_mailings(context.all(page, start=window.start, limit=window.limit, **wanted), account_id),
    )


def get(context: EmmaContext, mailing_id: str, *, with_segment_names: bool) -> MailingDetail:
    """A mailing with its content, recipients and links."""
    row = find(context, mailing_id)
    return mailing_detail(
        row,
        accounts.get(context).id,
        recipients=mailing_targets.recipients(context, row.id, with_segment_names=with_segment_names),
        heads_up=mailing_targets.heads_up(context, row.id),
        links=mailing_links(context.all(_LINKS, mailing=row.id)),
    )


def _letters(name: str, given: Iterable[str], known: str) -> str:
    for letter in given:
        if len(letter) != 1 or letter not in known:
            raise BadRequest(
                f"{name}: expected some of {', '.join(known)}, found {shown(letter)}", "emma.list_mailings.bad_letter"
            )
    return "".join(given)


def _default_statuses(context: EmmaContext) -> str:
    context.cite("emma.list_mailings.canceled")
    return STATUSES if context.settings.canceled_in_list == "shown" else STATUSES.replace(_CANCELED, "")
