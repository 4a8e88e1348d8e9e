"""Who did what to an email, and when; `emails.log` writes it down."""

from sqlalchemy import Integer, bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import emails
from mockserver.providers.emfluence.schemas.email_log import LogEntry, log_entry
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import EmailLog, User
from mockserver.providers.emfluence.wire import Page

MOST_RECORDS = 250

_OF_EMAIL = EmailLog.c.email_id == bindparam("email", type_=Integer)
_COUNT = Statement(select(func.count()).select_from(EmailLog).where(_OF_EMAIL))
_ROWS = Statement(
    select(*EmailLog.c, User.c.username)
    .outerjoin(User, User.c.id == EmailLog.c.user_id)
    .where(_OF_EMAIL)
    .order_by(EmailLog.c.date.desc(), EmailLog.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)


def search(context: EmfluenceContext, email_id: int | None, page: Page) -> tuple[int, list[LogEntry]]:
    """How many entries an email has, and a page of them, the newest first."""
    email = emails.require(context, email_id)
    rows = context.all(_ROWS, email=email.id, limit=page.size, offset=page.offset)
    return context.value(_COUNT, email=email.id), [log_entry(row) for row in rows]
