"""Messages that are forwarded to people who did not get them."""

import re
from collections.abc import Generator
from html import escape
from typing import Any

from sqlalchemy import bindparam, func, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import events, messages, recipients, sending, successors
from mockserver.providers.emma.actions.personalisation import OPT_OUT, WEB_VIEW, render
from mockserver.providers.emma.actions.recipients import RECIPIENT
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.forwards import LONGEST_NOTE, MessageForward
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery
from mockserver.providers.emma.wire import stamp

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_FORWARDED = Statement(
    update(Delivery)
    .where(Delivery.c.mailing_id == bindparam("mailing"), Delivery.c.member_id == bindparam("member"))
    .values(forwarded=func.coalesce(Delivery.c.forwarded, bindparam("now")))
)


def forward(context: EmmaContext, mailing_id: str, member_id: str, payload: MessageForward) -> Generator[None, None, int]:
    """Send the message that a member got to others, at once, as a mailing of its own; returns the new one's id."""
    mailing, member = _find(context, mailing_id, member_id)
    _check(payload)
    content = messages.content(context, mailing, member.id)
    note = payload.note or ""
    text = _read_by(context, content.plaintext, member)
    html = _read_by(context, content.html_body, member, as_html=True)
    new = successors.inherit(
        context,
        mailing,
        content,
        subject=_read_by(context, content.subject, member),
        plaintext=f"{_without_tags(note)}\n\n{text}" if note else text,
        html_body=_below(html, escape(_without_tags(note))) if note else html,
    )
    invited = yield from recipients.invite(context, payload.recipient_emails)
    recipients.aim(context, new, RECIPIENT, "member", invited)
    successors.tell(context, new, payload.heads_up_emails)
    now = stamp(context.now, context.settings)
    context.run(_FORWARDED, mailing=mailing.id, member=member.id, now=now)
    events.happened(context, "message_forward", member_id=member.id, mailing_id=mailing.id, subject=mailing.subject)
    sending.schedule(context, new, context.now)
    return new


def _find(context: EmmaContext, mailing_id: str, member_id: str) -> tuple[Any, Any]:
    try:
        return messages.find(context, mailing_id, member_id)
    except NotFound as unknown:
        raise NotFound(unknown.said, "emma.forward_message.unknown") from None


def _check(payload: MessageForward) -> None:
    if not payload.recipient_emails:
        raise BadRequest("recipient_emails: expected at least one address", "emma.forward_message.nobody")
    for where in ("recipient_emails", "heads_up_emails"):
        recipients.check_addresses(where, getattr(payload, where), "emma.mailings.bad_address")
    if len(payload.note or "") > LONGEST_NOTE:
        said = f"note: expected at most {LONGEST_NOTE} characters, found {len(payload.note or '')}"
        raise BadRequest(said, "emma.forward_message.note")


def _read_by(context: EmmaContext, text: str, member: Any, *, as_html: bool = False) -> str:
    """A text as the member read it. What leads to pages of a reader's own is still open: nobody opts out another."""
    tags = (messages.required_tag(context), OPT_OUT, WEB_VIEW)
    return render(text, {**messages.values_of(member), **{tag: f"[% {tag} %]" for tag in tags}}, as_html=as_html)


def _without_tags(note: str) -> str:
    return note.replace("[%", "[ %")


def _below(html: str, note: str) -> str:
    """The HTML under a note, which comes first in its body."""
    body = _BODY.search(html)
    start = body.end() if body else 0
    return f"{html[:start]}<p>{note}</p>\n{html[start:]}"
