"""What people do to emails in the web application alone: they approve them, or let them arrive."""

from collections.abc import Generator
from typing import Any

from sqlalchemy import Integer, bindparam, update

from mockserver.core.backstage import Declined
from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import emails, sending
from mockserver.providers.emfluence.schemas.backstage import EmailState
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email

_APPROVE = Statement(
    update(Email)
    .where(Email.c.id == bindparam("email", type_=Integer))
    .values(approvals_current=Email.c.approvals_current + 1)
)


def approve(context: EmfluenceContext, email_id: int) -> EmailState:
    """One more of the approvals that an email waits for."""
    email = _find(context, email_id)
    if email.approvals_current >= email.approvals_required:
        raise Declined(400, f"the email {email_id} waits for no approval: it has {email.approvals_current}")
    context.run(_APPROVE, email=email_id)
    emails.log(context, email_id, "Approved")
    return _state(context, email_id)


def finish(context: EmfluenceContext, email_id: int) -> Generator[None, None, EmailState]:
    """An email that is being sent has arrived."""
    email = _find(context, email_id)
    if email.status != emails.SENDING:
        raise Declined(400, f"the email {email_id} is not being sent, its status is {email.status}")
    yield from sending.finish(context, {"email": email_id})
    return _state(context, email_id)


def _find(context: EmfluenceContext, email_id: int) -> Any:
    found = emails.find(context, email_id)
    if found is None:
        raise Declined(404, f"there is no email {email_id}")
    return found


def _state(context: EmfluenceContext, email_id: int) -> EmailState:
    email = _find(context, email_id)
    return EmailState(
        email_id=email_id,
        status=email.status,
        approvals_required=email.approvals_required,
        approvals_current=email.approvals_current,
    )
