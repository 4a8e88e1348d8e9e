"""What is counted of an email: its recipients, and what became of its messages.

Counted when it happens, so that a search shows it without a look at a hundred thousand deliveries. What happens to a
child counts for its parent as well.
"""

from typing import Any

from sqlalchemy import Integer, bindparam, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email

COUNTS = (
    "recipients",
    "views",
    "uniqueViews",
    "clicks",
    "uniqueClicks",
    "bounces",
    "complaints",
    "unsubscribes",
    "forwards",
    "uniqueForwards",
    "shares",
    "uniqueShares",
    "webViews",
    "uniqueWebViews",
    "sendingIssues",
)

_EMAIL = Email.c.id == bindparam("email", type_=Integer)
_COUNTED = Statement(select(Email.c.metrics, Email.c.parent_email_id).where(_EMAIL))
_KEEP = Statement(update(Email).where(_EMAIL).values(metrics=bindparam("counted")))


def add(context: EmfluenceContext, email_id: int, **counts: int) -> None:
    """Count something of an email, and of the email whose child it is."""
    above: int | None = email_id
    while above is not None:
        found: Any = context.first(_COUNTED, email=above)
        counted = {**found.metrics, **{name: found.metrics.get(name, 0) + more for name, more in counts.items()}}
        context.run(_KEEP, email=above, counted=counted)
        above = found.parent_email_id


def shown(counted: dict[str, int]) -> dict[str, float]:
    """All metrics as they travel; the rate is that of readers who clicked among those who viewed, in percent."""
    shown: dict[str, float] = {name: counted.get(name, 0) for name in COUNTS}
    views, clicks = counted.get("uniqueViews", 0), counted.get("uniqueClicks", 0)
    return {**shown, "clickToViewRate": round(100 * clicks / views, 2) if views else 0}
