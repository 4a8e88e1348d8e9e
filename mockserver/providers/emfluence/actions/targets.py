"""Whom an email is for, as a call names them: contacts, groups, and groups whose members do not get it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from mockserver.core import id_ranges
from mockserver.providers.emfluence.actions import groups, users
from mockserver.providers.emfluence.errors import RecordNotFound, WrongValue
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact

MOST_CONTACTS = 1000


def checked(context: EmfluenceContext, given: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """The lists of a call, all of whose records exist."""
    checked = dict(given)
    contacts = given.get("contactIDs", [])
    if len(contacts) > MOST_CONTACTS:
        raise WrongValue(
            f"recipients.contactIDs: expected at most {MOST_CONTACTS} ids, found {len(contacts)}",
            rule="emf.save_email.too_many_contacts",
        )
    _require_contacts(context, contacts)
    for name in ("groupIDs", "excludeGroupIDs"):
        if name in given:
            checked[name] = _known_groups(context, f"recipients.{name}", given[name])
    return checked


def _require_contacts(context: EmfluenceContext, contact_ids: list[int]) -> None:
    owners: dict[int, Any] = {
        row.id: row.user_id
        for row in context.execute(
            select(Contact.c.id, Contact.c.user_id).where(id_ranges.listed(Contact.c.id, contact_ids))
        )
    }
    for contact_id in contact_ids:
        if contact_id not in owners:
            raise RecordNotFound(
                f"recipients.contactIDs: there is no contact {contact_id}", rule="emf.save_email.unknown_recipient"
            )
        users.require_own(context, owners[contact_id], f"recipients.contactIDs: the contact {contact_id}")


def _known_groups(context: EmfluenceContext, where: str, group_ids: list[int]) -> list[int]:
    """Those that exist. One that does not is refused or passed over, as the setting says."""
    known = set(context.execute(select(groups.GROUP).where(groups.named(group_ids))).scalars())
    missing = [group_id for group_id in group_ids if group_id not in known]
    if missing:
        context.cite("emf.save_email.unknown_recipient")
        if context.settings.unknown_group == "refuse":
            raise RecordNotFound(f"{where}: there is no group {missing[0]}", rule="emf.save_email.unknown_recipient")
    return [group_id for group_id in group_ids if group_id in known]
