"""How emails of a fixture come into emfluence's world."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from mockserver.core.fixtures import Fault
from mockserver.core.scheduler import schedule
from mockserver.providers.emfluence.actions import activities, metrics
from mockserver.providers.emfluence.fixture import DeliveryFixture, EmailFixture
from mockserver.providers.emfluence.planting_names import Names, certain_moment, moment
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Activity, Contact, Delivery, Email, Group, TransactionalCategory
from mockserver.providers.emfluence.wire import email_key

_COPIED = (
    "delivery_type",
    "status",
    "title",
    "subject",
    "preheader",
    "from_name",
    "from_address",
    "reply_to_name",
    "reply_to_address",
    "html_version_editable",
    "content",
    "approvals_required",
)


def plant_emails(
    context: EmfluenceContext,
    emails: Sequence[EmailFixture],
    users: Names,
    groups: Names,
    templates: Names,
    faults: list[Fault],
) -> None:
    known = Names("email", {str(row.id): row.id for row in context.execute(select(Email.c.id))})
    contacts = Names(
        "contact", {row.email_key: row.id for row in context.execute(select(Contact.c.id, Contact.c.email_key))}
    )
    for place, email in enumerate(emails):
        where = f"emails[{place}]"
        if email.status == "Sent" and email.sent is None:
            faults.append(Fault(f"{where}.sent", "is missing: a sent email says when it was sent"))
        if email.status == "Scheduled" and email.scheduled is None:
            faults.append(Fault(f"{where}.scheduled", "is missing: a scheduled email says for when"))
        source = groups.find(f"{where}.source_group", email.source_group, faults)
        row = {
            **{name: getattr(email, name) for name in _COPIED},
            "template_id": templates.find(f"{where}.template", email.template, faults),
            "user_id": users.find(f"{where}.owner", email.owner, faults) or min(users.ids.values()),
            "recipients": _recipients(where, email, contacts, groups, faults),
            "transactional_category": email.category,
            "source_group_id": source,
            "throttling": {},
            "tracking": {},
            "campaign_ids": [],
            "metrics": {},
            "date_added": certain_moment(context, email.added),
            "date_scheduled": moment(context, email.scheduled),
            "date_sent": moment(context, email.sent),
        }
        email_id = known.add(context, where, email.id, f"{where} {email.title}", faults)
        context.execute(insert(Email).prefix_with("OR REPLACE"), {**row, "id": email_id})
        _plant_around(context, email_id, email, source)
        _plant_deliveries(context, where, email_id, email, contacts, faults)


def _recipients(
    where: str, email: EmailFixture, contacts: Names, groups: Names, faults: list[Fault]
) -> dict[str, list[int]]:
    spelled = [email_key(address) for address in email.contacts]
    return {
        "contactIDs": contacts.find_all(f"{where}.contacts", spelled, faults),
        "groupIDs": groups.find_all(f"{where}.groups", email.groups, faults),
        "excludeGroupIDs": groups.find_all(f"{where}.exclude_groups", email.exclude_groups, faults),
    }


def _plant_around(context: EmfluenceContext, email_id: int, email: EmailFixture, source: int | None) -> None:
    """What else there is because of the email: its category, its source group's mark, its moment on the clock."""
    if email.category:
        row = {"name": email.category, "date_added": certain_moment(context, email.added)}
        context.execute(insert(TransactionalCategory).prefix_with("OR IGNORE"), row)
    if source is not None and email.status == "Active":
        context.execute(update(Group).where(Group.c.id == source).values(auto_response_email_id=email_id))
    if email.status == "Scheduled" and email.scheduled is not None:
        due = certain_moment(context, email.scheduled)
        if due > context.now:
            schedule(context, kind="send", due=due, payload={"email": email_id})


def _plant_deliveries(
    context: EmfluenceContext, where: str, email_id: int, email: EmailFixture, contacts: Names, faults: list[Fault]
) -> None:
    for place, delivery in enumerate(email.deliveries):
        contact = contacts.find(f"{where}.deliveries[{place}].contact", email_key(delivery.contact), faults)
        if contact is not None and email.sent is not None:
            row: dict[str, Any] = delivery.model_dump(exclude={"contact"})
            ids = {"contact_id": contact, "email_id": email_id, "place": place + 1}
            sent = certain_moment(context, email.sent)
            context.execute(insert(Delivery), {**row, **ids, "date_sent": sent})
            _plant_history(context, contact, email_id, delivery, sent)


def _plant_history(
    context: EmfluenceContext, contact_id: int, email_id: int, delivery: DeliveryFixture, sent: datetime
) -> None:
    """What a delivery comes to in the email's metrics, and in the contact's activities: all of it when it was sent."""
    happened = {
        activities.SENT: 1,
        activities.VIEWED: delivery.views,
        activities.CLICKED: delivery.clicks,
        activities.UNSUBSCRIBED: int(delivery.unsubscribed),
        activities.COMPLAINED: int(delivery.complained),
        activities.BOUNCED: int(delivery.bounce_type != ""),
    }
    row = {"contact_id": contact_id, "email_id": email_id, "date": sent}
    for kind, times in happened.items():
        detail = delivery.bounce_description if kind == activities.BOUNCED else ""
        for _ in range(times):
            context.execute(insert(Activity), {**row, "kind": kind, "detail": detail})
    metrics.add(
        context,
        email_id,
        recipients=1,
        views=delivery.views,
        uniqueViews=int(delivery.views > 0),
        clicks=delivery.clicks,
        uniqueClicks=int(delivery.clicks > 0),
        unsubscribes=int(delivery.unsubscribed),
        complaints=int(delivery.complained),
        bounces=int(delivery.bounce_type != ""),
    )
