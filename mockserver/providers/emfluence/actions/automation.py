"""Automated emails, which go by themselves to whoever comes into their source group."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, select

from mockserver.core import id_ranges
from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import deliveries, emails, metrics, outgoing
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email

_OF_GROUP = Statement(
    select(*emails.COLUMNS)
    .where(
        Email.c.source_group_id == bindparam("group", type_=Integer),
        Email.c.delivery_type == emails.AUTOMATED,
        Email.c.status == emails.ACTIVE,
    )
    .order_by(Email.c.id)
)


def triggered(context: EmfluenceContext, group_id: int, contact_ids: Sequence[int]) -> None:
    """Contacts have newly come into a group: the active automated email whose source it is goes to them."""
    for email in context.all(_OF_GROUP, group=group_id):
        _send(context, email, contact_ids)


def _send(context: EmfluenceContext, parent: Any, contact_ids: Sequence[int]) -> None:
    """Each time it goes out, it is an email of its own with the automated one as its parent."""
    who = id_ranges.listed(deliveries.CONTACT, contact_ids) & deliveries.REACHABLE
    if not deliveries.count(context, who):
        return
    context.cite("emf.automation.sent")
    child = emails.add(
        context,
        **emails.inherited(parent),
        title=parent.title,
        delivery_type=emails.AUTOMATED,
        status=emails.SENT,
        parent_email_id=parent.id,
        user_id=parent.user_id,
        source_group_id=parent.source_group_id,
        date_sent=context.now,
    )
    count = deliveries.place(context, child, 0, who)
    metrics.add(context, child, recipients=count)
    outgoing.post(context, emails.find(context, child), count)
