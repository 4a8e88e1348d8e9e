"""Mailings in states that no call and no fixture leads to: planted straight into the workspace."""

from typing import Any

from sqlalchemy import func, insert, select, update

from mockserver.core.context import Context
from mockserver.providers.emma.tables import Account, Delivery, HeadsUp, Link, Mailing, MailingTarget
from mockserver.providers.emma.wire import new_id
from tests.providers.emma.client import Emma

CREATED = "@D:2030-01-01T00:00:00"


def mailing(emma: Emma, **columns: Any) -> int:
    """A mailing with these columns, and its id."""
    given = {"status": "p", "name": "Planted", "subject": "Hello", "sender": "Ann", "created_ts": CREATED, **columns}

    def plant(context: Context[Any]) -> int:
        mailing_id = new_id(context.ids, "mailing")
        context.execute(insert(Mailing), {"id": mailing_id, **given})
        return mailing_id

    return _in_world(emma, plant)


def target(emma: Emma, mailing_id: int, kind: str, target_id: int, role: str = "recipient", name: str | None = None) -> None:
    row = {"mailing_id": mailing_id, "role": role, "kind": kind, "target_id": target_id, "name": name}
    _in_world(emma, lambda context: context.execute(insert(MailingTarget), row))


def delivery(
    emma: Emma, mailing_id: int, member_id: int, *, sent: str | None = CREATED, variation: int | None = None
) -> None:
    def plant(context: Context[Any]) -> None:
        mine = select(func.count()).where(Delivery.c.mailing_id == mailing_id)
        place = context.execute(mine).scalar_one() + 1
        row = {"mailing_id": mailing_id, "member_id": member_id, "place": place, "sent": sent, "variation_id": variation}
        context.execute(insert(Delivery), row)

    _in_world(emma, plant)


def heads_up(emma: Emma, mailing_id: int, email: str, sent_ts: str | None = None) -> None:
    row = {"mailing_id": mailing_id, "email": email, "sent_ts": sent_ts}
    _in_world(emma, lambda context: context.execute(insert(HeadsUp), row))


def link(emma: Emma, mailing_id: int, link_id: int, order: int, **columns: Any) -> None:
    row = {"id": link_id, "mailing_id": mailing_id, "order": order, **columns}
    _in_world(emma, lambda context: context.execute(insert(Link), row))


def no_tracker(emma: Emma) -> None:
    """Let the account have no host for web views."""
    _in_world(emma, lambda context: context.execute(update(Account).values(tracker=None)))
    _world(emma).settled.clear()


def _in_world(emma: Emma, plant: Any) -> Any:
    world = _world(emma)
    with world.transaction(world.runtime.providers["emma"]) as context:
        return plant(context)


def _world(emma: Emma) -> Any:
    runtime = emma.workspace.server.app.runtime  # type: ignore[attr-defined] # the switchboard's
    return runtime.workspaces.get(emma.workspace.name)
