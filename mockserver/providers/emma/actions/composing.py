"""Mailings as people write, approve and send them in the web application. No call of the API does."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from mockserver.core.backstage import Declined
from mockserver.providers.emma.actions import accounts, recipients, references, sending, split_tests, successors
from mockserver.providers.emma.actions.recipients import RECIPIENT, SUPPRESSED
from mockserver.providers.emma.schemas.backstage import Composition
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Mailing
from mockserver.providers.emma.wire import is_email, moment, stamp, stamp_of_wall

_SENDABLE = {"p", "a", "u"}


def compose(context: EmmaContext, written: Composition) -> tuple[int, list[int]]:
    """A new mailing and the variations of a split test, as ids; a pending one with a moment goes out then."""
    _check(written)
    kept = written.model_dump(include={"type", "status", "subject", "reply_to", "html_body", "plaintext"})
    columns = {
        **kept,
        **_moments(context, written),
        "name": written.name or written.subject,
        "sender": written.sender or accounts.get(context).sender_name,
    }
    mailing_id = successors.make(context, **columns)
    variations = [
        successors.make(context, **{**columns, **each.model_dump(exclude_none=True), "parent_mailing_id": mailing_id})
        for each in written.variations
    ]
    links = [link.model_dump() for link in written.links]
    for each in (mailing_id, *variations):
        successors.add_links(context, each, links)
    _aim(context, mailing_id, written)
    successors.tell(context, mailing_id, written.heads_up)
    if written.status == "p":
        _schedule(context, references.mailing(context, mailing_id))
    return mailing_id, variations


def send(context: EmmaContext, mailing_id: int) -> None:
    """Let a mailing go out now that is pending, paused or waits for approval."""
    mailing = _found(context, mailing_id, _SENDABLE, "sent")
    _change(context, mailing, status="p", send_at=stamp(context.now, context.settings))
    sending.schedule(context, mailing.id, context.now)


def approve(context: EmmaContext, mailing_id: int) -> None:
    """Let a mailing that waits for approval go its way: now, if its moment has passed."""
    mailing = _found(context, mailing_id, {"u"}, "approved")
    _change(context, mailing, status="p")
    _schedule(context, mailing)


def fail(context: EmmaContext, mailing_id: int, reason: str) -> None:
    """Let a mailing break down that is not over yet."""
    sending.fail(context, _found(context, mailing_id, set("paiswu"), "made to fail"), reason)


def _check(written: Composition) -> None:
    if written.variations and written.type not in {"s", "c"}:
        raise Declined(400, f"variations: expected none for the type {written.type}; split tests have the type s or c")
    for place, email in enumerate(written.heads_up):
        if not is_email(email):
            raise Declined(400, f'heads_up[{place}]: found "{email}"; expected an e-mail address')


def _moments(context: EmmaContext, written: Composition) -> dict[str, Any]:
    now = stamp(context.now, context.settings)
    sent = ("send_started", "started_or_finished", "send_finished") if written.status == "c" else ()
    return {"send_at": _wall(context, written.send_at), **dict.fromkeys(sent, now)}


def _wall(context: EmmaContext, given: datetime | None) -> str | None:
    if given is None:
        return None
    return stamp_of_wall(given) if given.tzinfo is None else stamp(given, context.settings)


def _aim(context: EmmaContext, mailing_id: int, written: Composition) -> None:
    for role, kind, named in (
        (RECIPIENT, "group", written.groups),
        (RECIPIENT, "search", written.searches),
        (RECIPIENT, "member", written.members),
        (SUPPRESSED, "group", written.suppressed_groups),
        (SUPPRESSED, "search", written.suppressed_searches),
        (SUPPRESSED, "member", written.suppressed_members),
    ):
        recipients.aim(context, mailing_id, role, kind, references.found(context, kind, named))


def _schedule(context: EmmaContext, mailing: Any) -> None:
    if mailing.send_at is not None:
        sending.schedule(context, mailing.id, max(moment(mailing.send_at, context.settings), context.now))


def _found(context: EmmaContext, mailing_id: int, statuses: set[str], done: str) -> Any:
    mailing = references.mailing(context, mailing_id)
    if split_tests.is_variation(mailing):
        raise Declined(400, f"the mailing {mailing_id} is a variation; name the mailing {mailing.parent_mailing_id}")
    if mailing.status not in statuses:
        wanted = ", ".join(sorted(statuses))
        raise Declined(400, f"the mailing {mailing_id} has the status {mailing.status}; only {wanted} can be {done}")
    return mailing


def _change(context: EmmaContext, mailing: Any, **columns: Any) -> None:
    context.execute(update(Mailing).where(split_tests.family(mailing)).values(**columns))
