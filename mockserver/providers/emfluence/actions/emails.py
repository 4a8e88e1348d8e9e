"""Emails: finding, looking up, copying, deleting."""

from typing import Any

from sqlalchemy import Integer, bindparam, delete, insert, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import content, metrics, users
from mockserver.providers.emfluence.errors import InvalidAction, ParameterMissing, RecordNotFound, WrongValue
from mockserver.providers.emfluence.schemas.emails import EmailLookup, email_row
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email, EmailLog

MANUAL, AUTOMATED, TRANSACTIONAL = "Manual", "Automated", "Transactional"
DRAFT, SCHEDULED, SENDING, SENT, ACTIVE = "Draft", "Scheduled", "Sending", "Sent", "Active"

COLUMNS = tuple(Email.c)
_EMAIL = Email.c.id == bindparam("email", type_=Integer)
_ONE = Statement(select(*COLUMNS).where(_EMAIL))
_ADD = Statement(insert(Email))
_DELETE = Statement(delete(Email).where(_EMAIL))
_LOG = Statement(insert(EmailLog))
_FORGET = Statement(delete(EmailLog).where(EmailLog.c.email_id == bindparam("email", type_=Integer)))
_MOST_IDS = 25
_LARGEST_ID = 2**63 - 1
_INHERITED = (
    "template_id",
    "subject",
    "preheader",
    "from_name",
    "from_address",
    "reply_to_name",
    "reply_to_address",
    "bcc_address",
    "html_version_editable",
    "content",
    "throttling",
    "tracking",
    "campaign_ids",
)
"""What a copy has of its original, and a child of its parent."""


def find(context: EmfluenceContext, email_id: int) -> Any | None:
    return context.first(_ONE, email=email_id) if 0 < email_id <= _LARGEST_ID else None


def require(context: EmfluenceContext, email_id: int | None) -> Any:
    """The email that a call names, which must be one's own for a restricted user."""
    if email_id is None:
        raise ParameterMissing("emailID is required")
    found = find(context, email_id)
    if found is None:
        raise RecordNotFound(f"emailID: there is no email {email_id}", rule="emf.emails.unknown")
    users.require_own(context, found.user_id, f"The email {email_id}")
    return found


def lookup(context: EmfluenceContext, asked: EmailLookup) -> dict[str, Any] | list[dict[str, Any]]:
    """One email; or, asked by a list of ids, those of them that there are, in the order of the list."""
    if not asked.email_ids:
        return shape(context, require(context, asked.email_id))
    ids = list(dict.fromkeys(asked.email_ids))
    if len(ids) > _MOST_IDS:
        said = f"emailIDs: expected at most {_MOST_IDS} ids, found {len(ids)}"
        raise WrongValue(said, rule="emf.lookup_emails.too_many")
    context.cite("emf.lookup_emails.several")
    own = users.current(context).id if users.is_restricted(context) else None
    found = (find(context, email_id) for email_id in ids)
    return [shape(context, email) for email in found if email is not None and own in {None, email.user_id}]


def shape(context: EmfluenceContext, email: Any) -> dict[str, Any]:
    """Everything that there is to an email."""
    return email_row(email, content.shown(context, email), metrics.shown(email.metrics))


def add(context: EmfluenceContext, **columns: Any) -> int:
    """A new email of these columns, a draft unless they say otherwise; returns its id."""
    email_id = context.ids.number("emfluence.email")
    context.run(_ADD, **{**_BLANK, "id": email_id, "date_added": context.now, **columns})
    return email_id


def inherited(email: Any) -> dict[str, Any]:
    """What a copy has of its original, and a child of its parent."""
    return {name: getattr(email, name) for name in _INHERITED}


def copy(context: EmfluenceContext, email_id: int | None) -> dict[str, Any]:
    """A new draft with the content and the recipients of another email."""
    source = require(context, email_id)
    made = add(
        context,
        **inherited(source),
        title=f"Copy of {source.title}",
        user_id=users.current(context).id,
        recipients=source.recipients,
        approvals_required=source.approvals_required,
    )
    log(context, made, f"Copied from {source.id}")
    return shape(context, find(context, made))


def erase(context: EmfluenceContext, email_id: int | None) -> None:
    """Delete an email that has not been sent."""
    email = require(context, email_id)
    require_manual(email, "deleted")
    if email.status in {SENDING, SENT}:
        raise InvalidAction(f"The email {email.id} was sent and cannot be deleted", rule="emf.delete_email.sent")
    context.run(_DELETE, email=email.id)
    context.run(_FORGET, email=email.id)


def require_manual(email: Any, action: str) -> None:
    """Automated and transactional emails are not managed through the API."""
    if email.delivery_type != MANUAL:
        kind = email.delivery_type.lower()
        raise InvalidAction(f"The email {email.id} is {kind} and cannot be {action}", rule="emf.emails.manual")


def log(context: EmfluenceContext, email_id: int, action: str, user_id: int | None = None) -> None:
    """Write down that a user did something to an email: the current one, unless it is said who."""
    who = users.current(context).id if user_id is None else user_id
    context.run(
        _LOG, id=context.ids.number("emfluence.log"), email_id=email_id, user_id=who, action=action, date=context.now
    )


_BLANK: dict[str, Any] = {
    "delivery_type": MANUAL,
    "status": DRAFT,
    "template_id": None,
    "parent_email_id": None,
    "title": "",
    "subject": "",
    "preheader": "",
    "from_name": "",
    "from_address": "",
    "reply_to_name": "",
    "reply_to_address": "",
    "bcc_address": "",
    "html_version_editable": False,
    "content": {},
    "recipients": {},
    "throttling": {},
    "tracking": {},
    "campaign_ids": [],
    "approvals_required": 0,
    "approvals_current": 0,
    "transactional_category": "",
    "source_group_id": None,
    "date_modified": None,
    "date_scheduled": None,
    "date_sent": None,
    "metrics": {},
}
"""An email of which nothing is known yet."""
