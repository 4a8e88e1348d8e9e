"""Signups, and the messages that ask their owners for confirmation."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from html import escape
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from mockserver.core import outbox
from mockserver.core.scheduler import schedule
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, events, member_changes, statuses
from mockserver.providers.emma.actions.listings import Listing, selected
from mockserver.providers.emma.actions.member_changes import Draft, Saved
from mockserver.providers.emma.errors import BadRequest
from mockserver.providers.emma.schemas.signups import TAGS, SignupFormRow, SignupPayload, signup_form_rows
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Confirmation, Member, Membership, SignupForm
from mockserver.providers.emma.wire import stamp

CONFIRMATION = "confirmation"
"""The outbox's word for the message that asks for confirmation."""

_MEMBER, _TOKEN = Member.c.id, Confirmation.c.token
_FORM_ROWS = select(*SignupForm.c).order_by(SignupForm.c.id)
_FORMS = Statement(_FORM_ROWS.limit(bindparam("limit")).offset(bindparam("start")))
_COUNT_FORMS = Statement(select(func.count()).select_from(SignupForm))
_GROUPS = Statement(select(Membership.c.group_id).where(Membership.c.member_id == bindparam("member")))
_WAIT = Statement(insert(Confirmation))
_WAITING = Statement(select(*Confirmation.c).where(_TOKEN == bindparam("token")))
_USE = Statement(update(Confirmation).where(_TOKEN == bindparam("token")).values(confirmed_at=bindparam("now")))
_CONFIRM = Statement(
    update(Member)
    .where(_MEMBER == bindparam("member"))
    .values(confirmed_opt_in=bindparam("now"), last_modified_at=bindparam("now"))
)

_TAG = re.compile(rf"\[({'|'.join(TAGS)})\]")
_SUBJECT = "Please confirm your subscription"
_TEXT = """Hello [rsvp_name],

please confirm that [rsvp_email] wants to receive our messages:

[opt_in_url]

If you did not ask for this, or changed your mind:

[opt_out_url]
"""
_HTML = """<p>Hello [rsvp_name],</p>
<p>please confirm that [rsvp_email] wants to receive our messages:</p>
<p><a href="[opt_in_url]">Confirm</a></p>
<p>If you did not ask for this, or changed your mind: <a href="[opt_out_url]">opt out</a>.</p>
"""


def forms(context: EmmaContext) -> Listing[SignupFormRow]:
    """The signup forms of the account by age."""
    return selected(context, _FORMS, _COUNT_FORMS, signup_form_rows)


def sign_up(context: EmmaContext, payload: SignupPayload) -> Saved:
    """Add or update a member, and ask for confirmation of new enlistments; without any, a member stays as it is."""
    message = _checked_message(payload)
    draft = member_changes.drafted(context, payload, payload.group_ids)
    known = member_changes.find_by_key(context, draft.address.key)
    if known is not None and not _returns(context, known) and not _new_groups(context, known.id, draft.groups):
        context.cite("emma.signup_member.nothing_new")
        return Saved(known.id, known.status, added=False)
    saved = member_changes.save(context, draft, known, known.sms if known else None)
    member_changes.join(context, saved.id, draft.groups)
    events.happened(context, "member_signup", member_id=saved.id, mailing_id=None, signup_form_id=payload.signup_form_id)
    if payload.opt_in_confirmation is False:
        context.cite("emma.signup_member.no_confirmation")
    elif draft.address.email is not None:
        _ask(context, saved.id, draft, {**(known.fields if known else {}), **draft.values}, payload.opt_in_subject, message)
    return saved


def confirm(context: EmmaContext, token: str) -> int | None:
    """What the owner of the address does with the link of the message: the member whose opt-in is confirmed by it.

    None for a link that was followed before, or that never was.
    """
    waiting = context.first(_WAITING, token=token)
    if waiting is None or waiting.confirmed_at is not None:
        return None
    now = stamp(context.now, context.settings)
    context.run(_USE, token=token, now=now)
    context.run(_CONFIRM, member=waiting.member_id, now=now)
    return int(waiting.member_id)


def confirm_when_due(context: EmmaContext, payload: dict[str, Any]) -> None:
    confirm(context, payload["token"])


def decline(context: EmmaContext, token: str) -> int | None:
    """The other link of the message, which works at any time: the member who is opted out by it."""
    waiting = context.first(_WAITING, token=token)
    if waiting is None:
        return None
    statuses.change(context, _MEMBER == waiting.member_id, "o")
    return int(waiting.member_id)


def _checked_message(payload: SignupPayload) -> str | None:
    """The caller's own message; None for the usual one."""
    message = payload.opt_in_message
    if message is None or not message.strip():
        return None
    missing = [f"[{tag}]" for tag in TAGS if f"[{tag}]" not in message]
    if missing:
        raise BadRequest(f"opt_in_message: lacks the tags {', '.join(missing)}", "emma.signup_member.missing_tags")
    return message


def _returns(context: EmmaContext, known: Any) -> bool:
    """Whether an archived member comes back by signing up, with or without new groups."""
    returns = known.deleted_at is not None and context.settings.archived_email == "revive"
    if returns:
        context.cite("emma.signup_member.returns")
    return returns


def _new_groups(context: EmmaContext, member: int, groups: Collection[int]) -> set[int]:
    return set(groups) - {group for (group,) in context.tuples(_GROUPS, member=member)} if groups else set()


def _ask(
    context: EmmaContext, member: int, draft: Draft, values: Mapping[str, Any], subject: str | None, message: str | None
) -> None:
    """Send the message, and remember its token."""
    context.cite("emma.signup_member.own_message" if subject or message else "emma.signup_member.message")
    email, token = draft.address.email or "", context.ids.token("emma-confirmation")
    context.run(_WAIT, token=token, member_id=member, signed_up_at=stamp(context.now, context.settings), confirmed_at=None)
    names = [str(values[name]) for name in ("first_name", "last_name") if values.get(name)]
    words = {
        "rsvp_name": " ".join(names) or email,
        "rsvp_email": email,
        "opt_in_url": context.link(f"opt-in/{token}"),
        "opt_out_url": context.link(f"opt-out/{token}"),
    }
    account = accounts.get(context)
    outbox.send(
        context,
        kind=CONFIRMATION,
        sender=(account.sender_name, account.sender_email),
        recipient=email,
        subject=" ".join(_filled(subject or _SUBJECT, words).split()) or _SUBJECT,
        text=_filled(message or _TEXT, words),
        html=_filled(message or _HTML, {tag: escape(word) for tag, word in words.items()}),
        details={"token": token, "member_id": member},
    )
    if context.settings.confirm_after is not None:
        due = context.now + timedelta(seconds=context.settings.confirm_after)
        schedule(context, kind="confirm", due=due, payload={"token": token})


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _TAG.sub(lambda tag: words[tag[1]], text)
