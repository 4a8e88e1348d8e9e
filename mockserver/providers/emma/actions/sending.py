"""Mailings on their way, on the workspace's clock.

    p pending    until the moment has come
    i injecting  the recipients are chosen
    s sending    the messages leave
    w waiting    of a split test: for the winner; then s again
    c complete   the messages have arrived

Whoever pauses or cancels a mailing changes its status: a step that finds another one than it expects does nothing.
"""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from mockserver.core.scheduler import schedule as schedule_task
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import deliveries, events, mailings, outgoing, recipients, split_tests
from mockserver.providers.emma.actions.deliveries import EVERYBODY, Share
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery, Mailing
from mockserver.providers.emma.wire import moment, stamp

SEND, DELIVER, FINISH = "send", "deliver", "finish"

_HAS_SENT = Statement(
    select(func.count())
    .select_from(Delivery)
    .where(Delivery.c.mailing_id == bindparam("mailing"), Delivery.c.sent.is_not(None))
)

Work = Generator[None, None, None]
Step = Callable[[EmmaContext, dict[str, Any]], Work]


def schedule(context: EmmaContext, mailing_id: int, due: datetime) -> None:
    """Let a pending mailing go out at `due`."""
    schedule_task(context, kind=SEND, due=due, payload={"mailing": mailing_id})


def fail(context: EmmaContext, mailing: Any, reason: str) -> None:
    """A mailing gets no further, and says why."""
    _progress(context, mailing, status="f", failure_ts=stamp(context.now, context.settings), failure_message=reason)


def start(context: EmmaContext, payload: dict[str, Any]) -> Work:
    """A pending mailing starts: its recipients are chosen. A split test that was paused while it waited goes on."""
    mailing = mailings.find(context, str(payload["mailing"]))
    if mailing.status != "p" or _lies_ahead(context, mailing) or split_tests.is_variation(mailing):
        return
    if context.value(_HAS_SENT, mailing=mailing.id):
        _progress(context, mailing, status="w")
        yield from decide(context, {"mailing": mailing.id, "started": mailing.send_started})
        return
    count = yield from recipients.choose(context, mailing.id)
    share = yield from split_tests.draw(context, mailing, count)
    now = stamp(context.now, context.settings)
    _progress(context, mailing, status="i", send_started=now, started_or_finished=now)
    _count(context, mailing, count)
    events.happened(context, "mailing_start", mailing_id=mailing.id, subject=mailing.subject)
    yield from _then(context, DELIVER, {"mailing": mailing.id, "started": now, "share": share})


def deliver(context: EmmaContext, payload: dict[str, Any]) -> Work:
    """The messages leave, and the people who want to know are told."""
    mailing = _expected(context, payload, "i")
    if mailing is None:
        return
    _progress(context, mailing, status="s")
    outgoing.tell(context, mailing)
    yield from _send_out(context, mailing, Share(*payload["share"]))
    yield from _then(context, FINISH, payload)


def finish(context: EmmaContext, payload: dict[str, Any]) -> Work:
    """The messages arrive. The mailing is complete, or waits for the winner."""
    mailing = _expected(context, payload, "s")
    if mailing is None:
        return
    yield from deliveries.deliver(context, mailing.id)
    share = Share(*payload["share"])
    if share == EVERYBODY or not share.wanted:
        _progress(context, mailing, status="c", send_finished=stamp(context.now, context.settings))
        events.happened(context, "mailing_finish", mailing_id=mailing.id, subject=mailing.subject)
        return
    _progress(context, mailing, status="w")
    wait = 0 if mailing.winner_mailing_id is not None else context.settings.split_tests_take
    schedule_task(context, kind=split_tests.DECIDE, due=context.now + timedelta(seconds=wait), payload=payload)


def decide(context: EmmaContext, payload: dict[str, Any]) -> Work:
    """The winner of a split test goes to all who did not test it."""
    mailing = _expected(context, payload, "w")
    if mailing is None:
        return
    others = split_tests.tested_by(context, mailing, mailing.recipient_count)._replace(wanted=False)
    yield from split_tests.give_winner(context, mailing, others)
    _progress(context, mailing, status="s")
    yield from _send_out(context, mailing, others)
    yield from _then(context, FINISH, {**payload, "share": others})


TASKS: dict[str, Step] = {SEND: start, DELIVER: deliver, FINISH: finish, split_tests.DECIDE: decide}


def _then(context: EmmaContext, step: str, payload: dict[str, Any]) -> Work:
    """The next step, after half of the time that sending takes; at once, if it takes none."""
    if context.settings.sends_take:
        due = context.now + timedelta(seconds=context.settings.sends_take / 2)
        schedule_task(context, kind=step, due=due, payload=payload)
    else:
        yield from TASKS[step](context, payload)


def _expected(context: EmmaContext, payload: dict[str, Any], status: str) -> Any | None:
    """The mailing, if this step is still due: it was not stopped, nor started again since."""
    mailing = mailings.find(context, str(payload["mailing"]))
    due = mailing.status == status and mailing.send_started == payload["started"]
    return mailing if due else None


def _lies_ahead(context: EmmaContext, mailing: Any) -> bool:
    return mailing.send_at is not None and moment(mailing.send_at, context.settings) > context.now


def _send_out(context: EmmaContext, mailing: Any, share: Share) -> Work:
    count = yield from deliveries.send(context, mailing.id, deliveries.among(share))
    outgoing.post(context, mailing, share, count)


def _progress(context: EmmaContext, mailing: Any, **columns: Any) -> None:
    """Change the mailing, and the variations of a split test with it."""
    context.execute(update(Mailing).where(split_tests.family(mailing)).values(**columns))


def _count(context: EmmaContext, mailing: Any, count: int) -> None:
    context.execute(update(Mailing).where(mailings.MAILING == mailing.id).values(recipient_count=count))
