"""Transactional emails: written and sent in one call, to a few contacts that the call may bring along."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from sqlalchemy import insert, select, text

from mockserver.core import id_ranges
from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import (
    composing,
    contacts,
    content,
    deliveries,
    emails,
    metrics,
    outgoing,
    users,
)
from mockserver.providers.emfluence.errors import AccessDenied, EmfluenceRefusal, ParameterMissing, WrongValue, misfits
from mockserver.providers.emfluence.schemas.contacts import ContactSave
from mockserver.providers.emfluence.schemas.transactional import TransactionalSend, passed_over, reached
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, TransactionalCategory
from mockserver.providers.emfluence.wire import email_key

_MOST_CONTACTS, _MOST_IDS = 5, 1000
_CATEGORIES = Statement(select(TransactionalCategory.c.name).order_by(TransactionalCategory.c.name))
_ADD_CATEGORY = Statement(insert(TransactionalCategory).prefix_with("OR IGNORE"))


class _Addressees:
    """The contacts of a call one after the other: who gets the email, and what is answered about each."""

    def __init__(self, context: EmfluenceContext, *, ignore_suppression: bool) -> None:
        self.ids: list[int] = []
        self.outcomes: list[dict[str, Any]] = []
        self._context = context
        self._ignore_suppression = ignore_suppression
        self._seen: set[int | str] = set()
        """Ids and addresses."""

    def bring(self, given: dict[str, Any]) -> None:
        """A contact that is saved first, with whatever the call says of it."""
        try:
            payload = ContactSave.model_validate(given)
            if self._is_known(payload):
                self.outcomes.append(passed_over(given, "Duplicate"))
                return
            with _tentatively(self._context):
                contact = contacts.save(self._context, payload)
        except ValidationError as misfit:
            self.outcomes.append(passed_over(given, "; ".join(misfits(misfit.errors()).errors)))
        except EmfluenceRefusal as refusal:
            self.outcomes.append(passed_over(given, "; ".join(refusal.errors)))
        else:
            self._address(contact, {**given, "contactID": contact.id})

    def name(self, contact_id: int, contact: Any | None) -> None:
        """A contact that exists, as the call says."""
        given = {"contactID": contact_id}
        if contact is None:
            self.outcomes.append(passed_over(given, f"There is no contact {contact_id}"))
        elif contact_id in self._seen:
            self.outcomes.append(passed_over(given, "Duplicate"))
        elif users.is_restricted(self._context) and contact.user_id != users.current(self._context).id:
            self.outcomes.append(passed_over(given, f"The contact {contact_id} belongs to another user"))
        else:
            self._address(contact, given)

    def _is_known(self, payload: ContactSave) -> bool:
        """Whether an earlier contact of the call has this id, or this address."""
        key = email_key(payload.email)
        known = contacts.by_email(self._context, key) if key else None
        return payload.contact_id in self._seen or key in self._seen or (known is not None and known.id in self._seen)

    def _address(self, contact: Any, given: dict[str, Any]) -> None:
        self._seen |= {contact.id, contact.email_key}
        if contact.held:
            self.outcomes.append(passed_over(given, "Held"))
        elif contact.suppressed and not self._ignore_suppression:
            self.outcomes.append(passed_over(given, "Suppressed"))
        else:
            self.ids.append(contact.id)
            self.outcomes.append(reached(given))


def send(context: EmfluenceContext, payload: TransactionalSend) -> tuple[dict[str, Any], list[str]]:
    """Save the contacts, write the email and send it; returns what to answer, and what is odd about the email."""
    if context.settings.transactional == "disabled":
        said = "Transactional emails are not enabled for this account"
        raise AccessDenied(said, rule="emf.send_transactional.disabled")
    _check(payload)
    addressees = _Addressees(context, ignore_suppression=bool(payload.ignore_suppression))
    for given in payload.contacts or ():
        addressees.bring(given)
    named = list(payload.contact_ids or ())
    found = _by_id(context, named)
    for contact_id in named:
        addressees.name(contact_id, found.get(contact_id))
    email_id, warnings = _write(context, payload, addressees.ids)
    count = deliveries.place(context, email_id, 0, id_ranges.listed(deliveries.CONTACT, addressees.ids))
    metrics.add(context, email_id, recipients=count)
    outgoing.post(context, emails.find(context, email_id), count)
    return {"emailID": email_id, "contacts": addressees.outcomes}, warnings


def categories(context: EmfluenceContext) -> list[str]:
    """The names of all categories, by the alphabet."""
    return [name for (name,) in context.tuples(_CATEGORIES)]


def _check(payload: TransactionalSend) -> None:
    if payload.email is None:
        raise ParameterMissing("email is required")
    if not payload.contacts and not payload.contact_ids:
        raise ParameterMissing("contacts or contactIDs is required", rule="emf.send_transactional.nobody")
    for name, given, most in (
        ("contacts", payload.contacts, _MOST_CONTACTS),
        ("contactIDs", payload.contact_ids, _MOST_IDS),
    ):
        if given is not None and len(given) > most:
            said = f"{name}: expected at most {most}, found {len(given)}"
            raise WrongValue(said, rule="emf.send_transactional.too_many")


def _by_id(context: EmfluenceContext, contact_ids: list[int]) -> dict[int, Any]:
    columns = (Contact.c.id, Contact.c.email_key, Contact.c.user_id, Contact.c.held, Contact.c.suppressed)
    return {
        row.id: row for row in context.execute(select(*columns).where(id_ranges.listed(deliveries.CONTACT, contact_ids)))
    }


def _write(context: EmfluenceContext, payload: TransactionalSend, contact_ids: list[int]) -> tuple[int, list[str]]:
    """The email, which must have what every message needs."""
    assert payload.email is not None, "it was checked"
    category = payload.category.strip()
    email_id, warnings = composing.create(
        context,
        payload.email,
        delivery_type=emails.TRANSACTIONAL,
        status=emails.SENT,
        recipients={"contactIDs": contact_ids},
        transactional_category=category,
        date_sent=context.now,
    )
    email: Any = emails.find(context, email_id)
    needed = {
        "email.subject": email.subject,
        "email.fromAddress": email.from_address,
        "email.content": "".join(content.versions(context, email)).strip(),
    }
    missing = [f"{name} is required" for name, given in needed.items() if not given]
    if missing:
        raise ParameterMissing(*missing, rule="emf.send_transactional.incomplete")
    if category:
        context.run(_ADD_CATEGORY, name=category, date_added=context.now)
    emails.log(context, email_id, "Sent")
    return email_id, warnings


@contextmanager
def _tentatively(context: EmfluenceContext) -> Iterator[None]:
    """What changes in the block stays when it ends well; a refusal takes it back, and nothing else of the call."""
    context.execute(text("SAVEPOINT tentatively"))
    try:
        yield
    except EmfluenceRefusal:
        context.execute(text("ROLLBACK TO tentatively"))
        raise
    finally:
        context.execute(text("RELEASE tentatively"))
