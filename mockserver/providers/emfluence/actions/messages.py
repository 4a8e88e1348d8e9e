"""What one contact gets of an email."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockserver.providers.emfluence.actions import accounts, content
from mockserver.providers.emfluence.actions.merging import merge
from mockserver.providers.emfluence.schemas.contacts import CONTENT_VARIABLES, TEXTS
from mockserver.providers.emfluence.settings import EmfluenceContext

_ACCOUNT = ("name", "address", "city", "state", "zip")
_CUSTOM_FIELDS = 255
_BLANK = dict.fromkeys(
    [
        *(name.lower() for name in TEXTS.values()),
        "contactid",
        "email",
        *(f"custom{number}" for number in range(1, _CUSTOM_FIELDS + 1)),
        *(f"content{number}" for number in range(1, CONTENT_VARIABLES + 1)),
    ],
    "",
)
"""What variables may say of a contact, for one of whom nothing is known."""


class Message(NamedTuple):
    subject: str
    html: str
    text: str


def written(context: EmfluenceContext, email: Any, contact: Any, link: str) -> Message:
    """An email as a contact reads it, with the link by which it opts out."""
    texts = {wire.lower(): getattr(contact, name) for name, wire in TEXTS.items()}
    known = {**texts, **contact.custom_fields, **contact.content_variables}
    return _merged(context, email, {**known, "contactid": str(contact.id), "email": contact.email}, link)


def preview(context: EmfluenceContext, email: Any, address: str, link: str) -> Message:
    """An email as somebody reads it who is no contact: nothing but the address is known."""
    return _merged(context, email, {"email": address}, link)


def unsubscribe_link(context: EmfluenceContext, email_id: int, contact_id: int) -> str:
    return context.link(f"unsubscribe/{token(context, email_id, contact_id)}")


def token(context: EmfluenceContext, email_id: int, contact_id: int) -> str:
    """What the link of an email to a contact ends with; nobody can guess that of another one."""
    return f"{email_id}-{contact_id}-{context.ids.fingerprint(f'unsubscribe:{email_id}:{contact_id}')[:16]}"


def _merged(context: EmfluenceContext, email: Any, known: Mapping[str, str], link: str) -> Message:
    account = accounts.get(context)
    of_account = {f"account[{name}]": getattr(account, name) for name in _ACCOUNT}
    every = {**_BLANK, **known, **of_account, "url[unsubscribe]": link}
    html, text = content.versions(context, email)
    return Message(merge(email.subject, every), merge(html, every, as_html=True), merge(text, every))
