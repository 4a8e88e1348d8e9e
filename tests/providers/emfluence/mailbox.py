"""What tests about emails share: who is who in the standard fixture, drafts, and what lies in the outbox."""

from typing import Any

from tests.providers.emfluence.client import Emfluence

ALL, NEWSLETTER, MEMBERS, PRESS, SIGNUPS, BOARD, MAINE = 1, 201, 202, 203, 204, 206, 207
DIRECTOR, EDITOR, VOLUNTEER = 101, 102, 103
JOHN, JANE, WEI, OLGA, RAFAEL, AMINA, PETER, SARA, KENJI, FATIMA = range(1001, 1011)
MONTHLY, INVITATION, NOTE = 301, 302, 303
JUNE, JULY, EVENING, WANTED, WELCOME, TICKET, REPORT = range(401, 408)
"""Sent, a draft, scheduled, a draft for nobody, automated, transactional, a draft that waits for two approvals."""
OWN_HTML = '<p>Hello $$firstName, <a href="$$url[unsubscribe]">goodbye</a></p>'


def email(emfluence: Emfluence, email_id: int) -> dict[str, Any]:
    found: dict[str, Any] = emfluence.ok("emails/lookup", emailID=email_id)
    return found


def save(emfluence: Emfluence, **parameters: Any) -> dict[str, Any]:
    saved: dict[str, Any] = emfluence.ok("emails/save", **parameters)
    return saved


def draft(emfluence: Emfluence, **parameters: Any) -> int:
    """An email of one's own HTML for nobody yet."""
    given = {"htmlVersionEditable": 1, "htmlVersion": OWN_HTML, "subject": "News", "fromAddress": "news@museum.example"}
    return int(save(emfluence, **{**given, **parameters})["emailID"])


def sent(emfluence: Emfluence, **parameters: Any) -> int:
    """One that has gone out."""
    email_id = draft(emfluence, **parameters)
    emfluence.ok("emails/send", emailID=email_id)
    return email_id


def outbox(emfluence: Emfluence) -> dict[str, dict[str, Any]]:
    """What each address got last."""
    return {message["recipient"]: message for message in reversed(emfluence.workspace.messages())}


def readers(emfluence: Emfluence) -> set[str]:
    """The names in front of the @ of all addresses that got something."""
    return {address.partition("@")[0] for address in outbox(emfluence)}


def metrics(emfluence: Emfluence, email_id: int) -> dict[str, Any]:
    """The metrics of an email that are not zero."""
    return {name: count for name, count in email(emfluence, email_id)["metrics"].items() if count}


def history(emfluence: Emfluence, contact_id: int, email_id: int) -> dict[str, Any]:
    rows = emfluence.records("contacts/getEmailHistory", contactID=contact_id)
    return next(row for row in rows if row["emailID"] == email_id)
