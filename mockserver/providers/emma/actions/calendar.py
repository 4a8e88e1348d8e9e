"""Mailings by the day on which they went out, or will."""

from datetime import date

from sqlalchemy import bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts
from mockserver.providers.emma.actions.listings import Listing
from mockserver.providers.emma.actions.mailings import COLUMNS, MAILING, in_each_extent
from mockserver.providers.emma.errors import BadRequest, shown
from mockserver.providers.emma.schemas.calendar import CalendarMailing, calendar_mailing
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Mailing
from mockserver.providers.emma.wire import day, day_stamps

_MOMENT = func.coalesce(Mailing.c.started_or_finished, Mailing.c.send_at)
_IN_RANGE = (
    _MOMENT.between(bindparam("first"), bindparam("last")),
    Mailing.c.archived_ts.is_(None),
    Mailing.c.status != "x",
)
_PAGES = in_each_extent(select(*COLUMNS).where(*_IN_RANGE).order_by(_MOMENT, MAILING))
_COUNT = Statement(select(func.count()).select_from(Mailing).where(*_IN_RANGE))


def listing(
    context: EmmaContext, start_date: str | None, end_date: str | None, *, with_html: bool, with_plaintext: bool
) -> Listing[CalendarMailing]:
    """The mailings from the first day to the last, both included, in the order of their moments."""
    first, last = _date("start_date", start_date), _date("end_date", end_date)
    if last < first:
        raise BadRequest(f"end_date: expected {first} or a later day, found {last}", "emma.list_calendar.backwards")
    between = dict(zip(("first", "last"), day_stamps(first, last), strict=True))
    page, account_id = _PAGES[with_html, with_plaintext], accounts.get(context).id
    return Listing(
        count=lambda: int(context.value(_COUNT, **between)),
        rows=lambda window: [
            calendar_mailing(row, account_id) for row in context.all(page, start=window.start, limit=window.limit, **between)
        ],
    )


def _date(name: str, text: str | None) -> date:
    found = day(text.strip()) if text is not None else None
    if found is None:
        said = "it is missing" if text is None else f"found {shown(text)}"
        raise BadRequest(f"{name}: expected YYYY-MM-DD, {said}", "emma.list_calendar.dates")
    return found
