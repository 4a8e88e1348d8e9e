"""Emails on their way, on the workspace's clock.

    Draft      until somebody schedules or sends it
    Scheduled  until the moment has come
    Sending    for as long as the setting `sends_take` says
    Sent       for good

A step that finds another status than it expects does nothing: somebody changed it in between.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, update

from mockserver.core.scheduler import schedule as schedule_task
from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import accounts, content, emails, groups, metrics, outgoing, recipients
from mockserver.providers.emfluence.actions.merging import UNSUBSCRIBE, can_unsubscribe
from mockserver.providers.emfluence.errors import InvalidAction, ParameterMissing, WrongValue
from mockserver.providers.emfluence.schemas.sending import EmailSchedule, EmailTest
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email, Group
from mockserver.providers.emfluence.wire import is_email

SEND, FINISH = "send", "finish"

_EMAIL = Email.c.id == bindparam("email", type_=Integer)
_MOVE = Statement(
    update(Email)
    .where(_EMAIL)
    .values(status=bindparam("to"), date_scheduled=bindparam("scheduled"), date_sent=bindparam("sent"))
)

Work = Generator[None, None, None]


def schedule(context: EmfluenceContext, asked: EmailSchedule) -> None:
    """Let an email go out at a moment to come. One that is scheduled goes out at the new moment instead."""
    email = emails.require(context, asked.email_id)
    if asked.send_time is None:
        raise ParameterMissing("scheduleSendTime is required")
    due = asked.send_time.at(accounts.get(context).time_zone, context.settings)
    if due <= context.now:
        raise WrongValue(
            f"scheduleSendTime: expected a moment after {context.now:%Y-%m-%d %H:%M:%S}, found {due:%Y-%m-%d %H:%M:%S}",
            rule="emf.schedule_email.past",
        )
    _require_ready(context, email, "scheduled")
    context.run(_MOVE, email=email.id, to=emails.SCHEDULED, scheduled=due, sent=None)
    schedule_task(context, kind=SEND, due=due, payload={"email": email.id})
    emails.log(context, email.id, "Scheduled")


def cancel(context: EmfluenceContext, email_id: int | None) -> None:
    """A scheduled email is a draft again."""
    email = emails.require(context, email_id)
    if email.status != emails.SCHEDULED:
        raise InvalidAction(
            f"The email {email.id} is not scheduled, its status is {email.status}", rule="emf.cancel_schedule.not_scheduled"
        )
    context.run(_MOVE, email=email.id, to=emails.DRAFT, scheduled=None, sent=None)
    emails.log(context, email.id, "Schedule canceled")


def send(context: EmfluenceContext, email_id: int | None) -> Work:
    """Let an email go out now."""
    email = emails.require(context, email_id)
    _require_ready(context, email, "sent")
    emails.log(context, email.id, "Sent")
    yield from _start(context, email)


def test(context: EmfluenceContext, asked: EmailTest) -> None:
    """Send an email to one address, as it would look."""
    email = emails.require(context, asked.email_id)
    address = asked.recipient_email.strip()
    if not address:
        raise ParameterMissing("recipientEmail is required")
    if not is_email(address):
        raise WrongValue(f"recipientEmail: expected an e-mail address, found {address[:80]!r}", rule="emf.send_test.address")
    outgoing.test(context, email, address)
    emails.log(context, email.id, f"Test sent to {address}")


def start(context: EmfluenceContext, payload: dict[str, Any]) -> Work:
    """The moment of a scheduled email has come, if it still is this one."""
    email = emails.find(context, payload["email"])
    if email is not None and email.status == emails.SCHEDULED and email.date_scheduled <= context.now:
        emails.log(context, email.id, "Sent", email.user_id)
        yield from _start(context, email)


def finish(context: EmfluenceContext, payload: dict[str, Any]) -> Work:
    """An email has gone out: its recipients have it."""
    email = emails.find(context, payload["email"])
    if email is None or email.status != emails.SENDING:
        return
    context.run(_MOVE, email=email.id, to=emails.SENT, scheduled=email.date_scheduled, sent=context.now)
    count = yield from recipients.deliver(context, email)
    metrics.add(context, email.id, recipients=count)
    outgoing.post(context, email, count)
    sent_to = groups.named(email.recipients.get("groupIDs", []))
    context.execute(update(Group).where(sent_to).values(date_last_email_sent=context.now))


TASKS = {SEND: start, FINISH: finish}


def _start(context: EmfluenceContext, email: Any) -> Work:
    scheduled = email.date_scheduled if email.status == emails.SCHEDULED else None
    context.run(_MOVE, email=email.id, to=emails.SENDING, scheduled=scheduled, sent=None)
    if context.settings.sends_take:
        due = context.now + timedelta(seconds=context.settings.sends_take)
        schedule_task(context, kind=FINISH, due=due, payload={"email": email.id})
    else:
        yield from finish(context, {"email": email.id})


def _require_ready(context: EmfluenceContext, email: Any, action: str) -> None:
    """A draft, or a scheduled email, that has everything and was approved."""
    emails.require_manual(email, action)
    if email.status not in {emails.DRAFT, emails.SCHEDULED}:
        raise InvalidAction(f"The email {email.id} was already sent and cannot be {action}", rule="emf.emails.already_sent")
    missing = list(_missing(context, email))
    if missing:
        raise InvalidAction(
            f"The email {email.id} cannot be {action}, it is not ready: {', '.join(missing)}", rule="emf.emails.not_ready"
        )
    waiting = email.approvals_required - email.approvals_current
    if waiting > 0:
        raise InvalidAction(
            f"The email {email.id} cannot be {action} before it is approved: {waiting} of"
            f" {email.approvals_required} approvals are missing",
            rule="emf.emails.approvals",
        )


def _missing(context: EmfluenceContext, email: Any) -> Generator[str, None, None]:
    html, text = content.versions(context, email)
    if not email.subject:
        yield "it has no subject"
    if not email.from_address:
        yield "it has no fromAddress"
    if not html.strip() and not text.strip():
        yield "it has no content"
    elif not can_unsubscribe(html or text):
        yield f"its content has no {UNSUBSCRIBE}"
    if not email.recipients.get("contactIDs") and not email.recipients.get("groupIDs"):
        yield "it has no recipients"
