"""What is told to people outside: deliveries, queued in the transaction of whatever happened, and what became of them.

    waiting    an attempt is still to come, at `due`
    delivered  an attempt was answered with a status from 200 to 299
    failed     every attempt came to nothing
    refused    it was for an address that webhooks do not go to (see `core/targets.py`)

The courier (`core/courier.py`) makes the attempts, after the commit and outside of any transaction. Each is recorded in a
transaction of its own.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import JSON, Float, Integer, bindparam, delete, func, insert, literal_column, select, update

from mockserver.core.scheduler import NEVER
from mockserver.core.statements import Statement
from mockserver.core.tables import Attempt, Delivery

if TYPE_CHECKING:
    from mockserver.core.context import Context
    from mockserver.core.workspace import Workspace

State = Literal["waiting", "delivered", "failed", "refused"]

_ID, _DUE = Delivery.c.id, Delivery.c.due
_OF = Attempt.c.delivery_id == bindparam("delivery")
_POSTS = func.json_each(bindparam("posts", type_=JSON)).table_valued("key", "value")
_ADDED: dict[str, Any] = {
    "id": bindparam("first", type_=Integer) + _POSTS.c.key,
    **{name: bindparam(name, type_=Delivery.c[name].type) for name in ("provider", "event", "hook", "method", "headers")},
    "url": func.json_extract(_POSTS.c.value, "$[0]"),
    "body": func.json_extract(_POSTS.c.value, "$[1]"),
    "created": bindparam("now", type_=_DUE.type),
    "state": literal_column("'waiting'"),
    "due": bindparam("now", type_=_DUE.type),
    "delays": bindparam("delays", type_=JSON),
    "patience": bindparam("patience", type_=Float),
    "attempts": literal_column("0"),
}
_ADD = Statement(insert(Delivery).from_select(list(_ADDED), select(*_ADDED.values())))
"""All at once: thousands of readers may do something in a moment."""
_TRIM_WAITING = Statement(delete(Delivery).where(_ID <= bindparam("oldest"), _DUE.is_not(None)))
_TRIM = Statement(delete(Delivery).where(_ID <= bindparam("oldest")))
_TRIM_ATTEMPTS = Statement(delete(Attempt).where(Attempt.c.delivery_id <= bindparam("oldest")))
_ROWS = select(*Delivery.c)
_ONE = Statement(_ROWS.where(_ID == bindparam("delivery")))
_NEXT = Statement(select(_DUE).where(_DUE.is_not(None)).order_by(_DUE).limit(1))
_IS_DUE = _DUE <= bindparam("now")
_DUE_HOOKS = Statement(
    select(Delivery.c.provider, Delivery.c.hook)
    .where(_IS_DUE)
    .group_by(Delivery.c.provider, Delivery.c.hook)
    .order_by(func.min(_DUE))
)
_FIRST_DUE = Statement(
    _ROWS.where(Delivery.c.provider == bindparam("of_provider"), Delivery.c.hook == bindparam("of_hook"), _IS_DUE)
    .order_by(_DUE, _ID)
    .limit(1)
)
_SETTLED = ("state", "due", "delays", "attempts", "reason")
_SETTLE = Statement(
    update(Delivery).where(_ID == bindparam("delivery")).values({name: bindparam(f"new_{name}") for name in _SETTLED})
)
_NOTE = Statement(insert(Attempt))
_FORGET_ATTEMPT = Statement(delete(Attempt).where(_OF, Attempt.c.number <= bindparam("oldest")))
_ATTEMPTS = Statement(select(*Attempt.c).where(_OF).order_by(Attempt.c.number))

logger = logging.getLogger(__name__)


class Post(NamedTuple):
    """Where something is told, and in which words."""

    url: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """Who is told of something, in its provider's terms, and how hard it is tried."""

    reference: str
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    """Beside the usual ones."""
    delays: Sequence[float] = ()
    """Seconds of the workspace's clock from a failed attempt to the next; as many attempts follow the first."""
    patience: float = 10.0
    """Real seconds that an answer may take."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    seconds: float
    status: int | None = None
    error: str | None = None
    """Why it was not delivered; None if it was."""
    answer: str = ""
    refused: bool = False
    """Whether nothing was sent at all, as the address is none that webhooks go to."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries: those that fit everything given."""

    provider: str | None = None
    event: str | None = None
    hook: str | None = None
    state: State | None = None
    after: int | None = None
    """Only deliveries with a higher id."""


def queue(context: "Context[Any]", hook: Hook, event: str, posts: Sequence[Post]) -> None:
    """Let somebody be told of an event, once by each of the posts, as soon as this transaction is committed."""
    if not posts:
        return
    ids = context.ids.numbers("delivery", len(posts))
    context.run(
        _ADD,
        first=ids[0],
        posts=posts,
        provider=context.provider,
        event=event,
        hook=hook.reference,
        method=hook.method,
        headers=hook.headers,
        delays=list(hook.delays),
        patience=hook.patience,
        now=context.now,
    )
    _trim(context, ids[-1] - context.workspace.limits.webhook_deliveries)
    context.workspace.next_delivery = min(context.workspace.next_delivery, context.now.timestamp())
    context.workspace.has_post = True


def search(workspace: "Workspace", wanted: Wanted, *, limit: int, offset: int = 0) -> Sequence[Any]:
    """The newest deliveries first that fit everything wanted."""
    statement = _ROWS.order_by(_ID.desc()).limit(limit).offset(offset)
    for name in ("provider", "event", "hook", "state"):
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(Delivery.c[name] == value)
    if wanted.after is not None:
        statement = statement.where(_ID > wanted.after)
    return workspace.database.execute(statement).all()


def find(workspace: "Workspace", delivery_id: int) -> Any | None:
    """One delivery, or None."""
    rows = workspace.database.all(_ONE, {"delivery": delivery_id})
    return rows[0] if rows else None


def attempts(workspace: "Workspace", delivery_id: int) -> list[Any]:
    """The attempts at a delivery, in their order."""
    return workspace.database.all(_ATTEMPTS, {"delivery": delivery_id})


def clear(workspace: "Workspace") -> int:
    """Delete all deliveries, also those that wait; returns how many there were."""
    workspace.database.execute(delete(Attempt))
    return workspace.database.execute(delete(Delivery)).rowcount


# What the courier asks


def look_ahead(workspace: "Workspace") -> None:
    """Find out when the next attempt is due."""
    waiting = workspace.database.all(_NEXT, {})
    workspace.next_delivery = waiting[0].due.timestamp() if waiting else NEVER


def due_hooks(workspace: "Workspace", now: datetime) -> list[tuple[Any, ...]]:
    """Who is to be told something by now, as provider and hook; who has waited longest comes first."""
    return workspace.database.tuples(_DUE_HOOKS, {"now": now})


def first_due(workspace: "Workspace", provider: str, hook: str) -> Any | None:
    """The first thing that somebody is to be told by now."""
    which = {"of_provider": provider, "of_hook": hook, "now": workspace.clock.now()}
    rows = workspace.database.all(_FIRST_DUE, which)
    return rows[0] if rows else None


def record(workspace: "Workspace", delivery_id: int, outcome: Outcome, *, at: datetime, by_hand: bool) -> Any | None:
    """Keep what came of an attempt, and return it as it is kept; None if the delivery was deleted meanwhile."""
    with workspace.changes():
        row = find(workspace, delivery_id)
        if row is None:
            return None
        number, database = row.attempts + 1, workspace.database
        settled = {"attempts": number, **_after(row, outcome, at, by_hand=by_hand)}
        note = {"status": outcome.status, "error": outcome.error, "seconds": outcome.seconds, "answer": outcome.answer}
        changed = database.run(_SETTLE, {"delivery": row.id, **{f"new_{name}": settled[name] for name in _SETTLED}})
        changed += database.run(_NOTE, {"delivery_id": row.id, "number": number, "at": at, **note})
        oldest = number - workspace.limits.webhook_attempts
        changed += database.run(_FORGET_ATTEMPT, {"delivery": row.id, "oldest": oldest})
        database.overlook(changed)
        return attempts(workspace, delivery_id)[-1]


def _after(row: Any, outcome: Outcome, at: datetime, *, by_hand: bool) -> dict[str, Any]:
    """The state of a delivery after an attempt. One by hand that fails takes nothing back, and uses no attempt up."""
    before = {"state": row.state, "due": row.due, "delays": row.delays, "reason": row.reason}
    if outcome.error is None:
        return {**before, "state": "delivered", "due": None, "reason": None}
    if row.state == "delivered":
        return before
    if outcome.refused:
        return {**before, "state": "refused", "due": None, "reason": outcome.error}
    if by_hand:
        return {**before, "reason": outcome.error}
    if not row.delays:
        return {**before, "state": "failed", "due": None, "reason": outcome.error}
    first, *others = row.delays
    return {**before, "due": at + timedelta(seconds=first), "delays": others, "reason": outcome.error}


def _trim(context: "Context[Any]", oldest: int) -> None:
    if oldest <= 0:
        return
    unsent = context.run(_TRIM_WAITING, oldest=oldest)
    if unsent:
        logger.warning("%s: %d webhook deliveries are dropped unsent: webhook_deliveries", context.workspace.name, unsent)
    context.run(_TRIM, oldest=oldest)
    context.run(_TRIM_ATTEMPTS, oldest=oldest)
