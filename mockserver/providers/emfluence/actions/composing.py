"""Emails as they are written: new drafts, and changes to drafts.

An email is made of a template, whose slots it fills, or it is HTML of its own; it stays what it is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Integer, bindparam, update

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import content, emails, targets, users
from mockserver.providers.emfluence.actions.merging import UNSUBSCRIBE, can_unsubscribe, slots
from mockserver.providers.emfluence.errors import InvalidAction, ParameterMissing, RecordNotFound, WrongValue
from mockserver.providers.emfluence.schemas.emails import SLOTS, EmailSave
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email
from mockserver.providers.emfluence.wire import is_email

_TEXTS = {
    "title": "title",
    "subject": "subject",
    "preheader": "preheader",
    "from_name": "fromName",
    "from_address": "fromAddress",
    "reply_to_name": "replyToName",
    "reply_to_address": "replyToAddress",
    "bcc_address": "bccAddress",
}
_ADDRESSES = ("from_address", "reply_to_address", "bcc_address")
_TRACKING = ("viewTrackingEnabled", "clickTrackingEnabled")
_LONGEST_PART = 500_000
_EMAIL = Email.c.id == bindparam("email", type_=Integer)
_CHANGE = Statement(
    update(Email)
    .where(_EMAIL)
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                *_TEXTS,
                "template_id",
                "user_id",
                "content",
                "recipients",
                "throttling",
                "tracking",
                "approvals_current",
                "date_modified",
            )
        }
    )
)

Warnings = list[str]


def save(context: EmfluenceContext, payload: EmailSave) -> tuple[dict[str, Any], Warnings]:
    """A new draft, or a draft with what a call changes of it, and what is odd about it."""
    if payload.email_id is None:
        email_id, warnings = create(context, payload)
        emails.log(context, email_id, "Created")
    else:
        email_id, warnings = _edit(context, payload)
        emails.log(context, email_id, "Edited")
    return emails.shape(context, emails.find(context, email_id)), warnings


def create(context: EmfluenceContext, payload: EmailSave, **columns: Any) -> tuple[int, Warnings]:
    """A new email; `columns` are those of one that is not a draft. Only a marketing email must let its reader opt out."""
    own_html, marketing = bool(payload.html_version_editable), not columns
    if own_html and marketing:
        users.require(context, "Email Coder")
    if not own_html and payload.template_id is None:
        raise ParameterMissing(
            "templateID is required, unless htmlVersionEditable is 1", rule="emf.save_email.template_required"
        )
    used = _template(context, payload)
    given = _checked_content(payload, used, own_html=own_html, marketing=marketing)
    if own_html and not given.get("htmlVersion"):
        raise ParameterMissing("htmlVersion is required when htmlVersionEditable is 1", rule="emf.save_email.own_html")
    defaults = {} if used is None else used.defaults
    texts = {**{name: defaults.get(name, "") for name in _TEXTS}, **_checked_texts(payload)}
    tracking = {name: bool(defaults.get(name, True)) for name in _TRACKING} | payload.tracking_given()
    row = {
        **texts,
        "template_id": payload.template_id,
        "user_id": _owner(context, payload) or users.current(context).id,
        "html_version_editable": own_html,
        "content": given,
        "recipients": targets.checked(context, payload.recipients_given()) if marketing else {},
        "throttling": _throttling(payload),
        "tracking": tracking,
    }
    return emails.add(context, **{**row, **columns}), _oddities(used, given)


def _edit(context: EmfluenceContext, payload: EmailSave) -> tuple[int, Warnings]:
    email = emails.require(context, payload.email_id)
    _require_editable(email)
    own_html = bool(email.html_version_editable)
    if payload.html_version_editable not in {None, own_html}:
        raise InvalidAction(
            f"htmlVersionEditable: the email {email.id} has {int(own_html)}, which cannot be changed",
            rule="emf.save_email.mode",
        )
    if own_html:
        users.require(context, "Email Coder")
    used = _template(context, payload) or content.template(context, email.template_id)
    given = _checked_content(payload, used, own_html=own_html, marketing=True)
    if given.get("textVersion") == content.generated_text(context, email):
        given["textVersion"] = ""  # what a lookup answers is no text of its own
    row = {
        **{name: getattr(email, name) for name in _TEXTS},
        **_checked_texts(payload),
        "template_id": payload.template_id or email.template_id,
        "user_id": _owner(context, payload) or email.user_id,
        "content": {**email.content, **given},
        "recipients": {**email.recipients, **targets.checked(context, payload.recipients_given())},
        "throttling": {**email.throttling, **_throttling(payload)},
        "tracking": {**email.tracking, **payload.tracking_given()},
        "approvals_current": 0,
        "date_modified": context.now,
    }
    context.run(_CHANGE, email=email.id, **{f"new_{name}": value for name, value in row.items()})
    return email.id, _oddities(used, given)


def _require_editable(email: Any) -> None:
    emails.require_manual(email, "edited")
    if email.status == emails.SCHEDULED:
        raise InvalidAction(
            f"The email {email.id} is scheduled; cancel its schedule before editing it", rule="emf.save_email.scheduled"
        )
    if email.status != emails.DRAFT:
        raise InvalidAction(f"The email {email.id} was sent and cannot be edited", rule="emf.save_email.sent")


def _template(context: EmfluenceContext, payload: EmailSave) -> Any | None:
    if payload.template_id is None:
        return None
    found = content.template(context, payload.template_id)
    if found is None:
        raise RecordNotFound(
            f"templateID: there is no template {payload.template_id}", rule="emf.save_email.unknown_template"
        )
    return found


def _owner(context: EmfluenceContext, payload: EmailSave) -> int | None:
    """The user whom the call names, who must exist; a restricted user can name nobody else."""
    if payload.user_id is None:
        return None
    if all(user.id != payload.user_id for user in users.every(context)):
        raise RecordNotFound(f"userID: there is no user {payload.user_id}", rule="emf.save_email.unknown_user")
    users.require_own(context, payload.user_id, "userID: an email of that user")
    return payload.user_id


def _checked_texts(payload: EmailSave) -> dict[str, str]:
    given = {name: getattr(payload, name).strip() for name in _TEXTS if name in payload.model_fields_set}
    faults = [
        f"{_TEXTS[name]}: expected an e-mail address, found {given[name][:80]!r}"
        for name in _ADDRESSES
        if given.get(name) and not is_email(given[name])
    ]
    if faults:
        raise WrongValue(*faults, rule="emf.save_email.addresses")
    return given


def _checked_content(payload: EmailSave, used: Any | None, *, own_html: bool, marketing: bool) -> dict[str, str]:
    """What was sent of the content, as far as it says anything: a template's HTML is not the email's own to change."""
    given = payload.content_given()
    long = [part for part, text in given.items() if len(text) > _LONGEST_PART]
    if long:
        said = (f"content.{part}: expected at most {_LONGEST_PART} characters, found {len(given[part])}" for part in long)
        raise WrongValue(*said, rule="emf.save_email.too_long")
    html = given.get("htmlVersion")
    if not own_html:
        given.pop("htmlVersion", None)
        _check_head(given, used)
    elif html is not None and marketing and not can_unsubscribe(html):
        raise WrongValue(f"content.htmlVersion: expected {UNSUBSCRIBE} in it", rule="emf.save_email.unsubscribe")
    return given


def _check_head(given: Mapping[str, str], used: Any | None) -> None:
    if given.get("htmlHead") and used is not None and not used.html_head_editable:
        raise WrongValue(f"content.htmlHead: the template {used.id} does not let it be edited", rule="emf.save_email.head")


def _throttling(payload: EmailSave) -> dict[str, Any]:
    given = payload.throttling
    if given is None:
        return {}
    values = {"enabled": given.enabled, "emailsPerHour": given.emails_per_hour}
    return {name: value for name, value in values.items() if value is not None}


def _oddities(used: Any | None, given: Mapping[str, str]) -> Warnings:
    """Content that nobody will see."""
    if used is None:
        return []
    known = slots(used.html_version) | slots(used.text_version)
    lost = (slot for slot in _filled(given) if _number(slot) not in known)
    return [f"content.{slot}: the template {used.id} has no such slot" for slot in lost]


def _filled(given: Mapping[str, str]) -> Iterable[str]:
    return (slot for slot in SLOTS if given.get(slot))


def _number(slot: str) -> int:
    return int(slot.removeprefix("body_slot"))
