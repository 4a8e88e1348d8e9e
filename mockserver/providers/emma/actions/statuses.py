"""How members change their status, and what is remembered of it."""

from sqlalchemy import ColumnElement, insert, literal, select, update

from mockserver.providers.emma.actions import events
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member, Optout
from mockserver.providers.emma.wire import stamp

_STATUS = Member.c.status


def change(context: EmmaContext, who: ColumnElement[bool], to: str, *, mailing_id: int | None = None) -> int:
    """Give all members for whom `who` holds the status `to`; returns how many had another one.

    Whoever is opted out by it has that in the history, with the mailing that led to it, if one did.
    """
    now = stamp(context.now, context.settings)
    changing = who & (_STATUS != to)
    if to == "o":
        history = select(Member.c.id, literal(now), literal(mailing_id)).where(changing)
        context.execute(insert(Optout).from_select(["member_id", "timestamp", "mailing_id"], history))
        if events.wanted(context, "member_optout"):
            leaving = list(context.execute(select(Member.c.id).where(changing).order_by(Member.c.id)).scalars())
            subject = events.subject(context, mailing_id)
            events.happened_to(context, "member_optout", leaving, mailing_id=mailing_id, subject=subject)
    return context.execute(update(Member).where(changing).values(status=to, last_modified_at=now)).rowcount
