"""Split tests: some recipients get one variation or another, and all the others the winner.

The parent's own content is one of the variations; the others are mailings whose parent it is, of the same type. They
follow their parent from status to status. A fifth of the recipients tests them, spread evenly over the list.
"""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, update

from mockserver.core.scheduler import schedule
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import deliveries, mailings
from mockserver.providers.emma.actions.deliveries import EVERYBODY, MAILING_ID, PLACE, Share
from mockserver.providers.emma.errors import Forbidden, NotFound
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery, Mailing

DECIDE = "decide"
"""The task that chooses a winner, if nobody did, and sends its content to the others."""

_TYPES = {"s", "c"}
_DECIDABLE = {"p", "a", "u", "i", "s", "w"}
_ONE_IN = 5
_VARIATION_ID = Delivery.c.variation_id
_VARIATIONS = Statement(
    select(Mailing.c.id)
    .where(Mailing.c.parent_mailing_id == bindparam("mailing"), Mailing.c.type == bindparam("type"))
    .order_by(Mailing.c.id)
)
_RESULTS = Statement(
    select(_VARIATION_ID)
    .where(MAILING_ID == bindparam("mailing"), _VARIATION_ID.is_not(None))
    .group_by(_VARIATION_ID)
    .order_by(func.count(Delivery.c.opened).desc(), func.count(Delivery.c.clicked).desc(), _VARIATION_ID)
    .limit(1)
)
_CROWN = Statement(update(Mailing).where(Mailing.c.id == bindparam("mailing")).values(winner_mailing_id=bindparam("winner")))


def is_variation(mailing: Any) -> bool:
    """Whether it goes out with its parent, and never by itself."""
    return mailing.type in _TYPES and mailing.parent_mailing_id is not None


def contents(context: EmmaContext, mailing: Any) -> Sequence[int]:
    """The mailings whose contents are tested, the test itself first; none if there is nothing to test."""
    if mailing.type not in _TYPES or is_variation(mailing):
        return []
    varied = [id_ for (id_,) in context.tuples(_VARIATIONS, mailing=mailing.id, type=mailing.type)]
    return [mailing.id, *varied] if varied else []


def family(mailing: Any) -> ColumnElement[bool]:
    """The mailing and the variations that go with it."""
    alone: ColumnElement[bool] = Mailing.c.id == mailing.id
    if mailing.type not in _TYPES:
        return alone
    return or_(alone, and_(Mailing.c.parent_mailing_id == mailing.id, Mailing.c.type == mailing.type))


def tested_by(context: EmmaContext, mailing: Any, count: int) -> Share:
    """The share of so many recipients that tests the variations: a fifth of them, and one for each variation at least."""
    tested = contents(context, mailing)
    if not tested or not count:
        return EVERYBODY
    return Share(min(count, max(len(tested), round(count / _ONE_IN))), count)


def draw(context: EmmaContext, mailing: Any, count: int) -> Generator[None, None, Share]:
    """Say who of the recipients gets which variation now, and return the share that gets something now.

    With a winner declared beforehand there is nothing to test: everybody gets its content.
    """
    if mailing.winner_mailing_id is not None:
        yield from _give(context, mailing, EVERYBODY, mailing.winner_mailing_id)
        return EVERYBODY
    share = tested_by(context, mailing, count)
    if share != EVERYBODY:
        tested = contents(context, mailing)
        number = (PLACE * share.drawn) // share.of % len(tested)
        drawn = case(*((number == (place + 1) % len(tested), id_) for place, id_ in enumerate(tested)))
        yield from _give(context, mailing, share, drawn)
    return share


def crown(context: EmmaContext, mailing: Any) -> int:
    """The winner: whoever was declared, else the variation that was opened most, clicked most, or is the oldest."""
    if mailing.winner_mailing_id is not None:
        return int(mailing.winner_mailing_id)
    best = context.first(_RESULTS, mailing=mailing.id)  # None if all who tested it were erased
    winner = int(best.variation_id) if best is not None else int(mailing.id)
    context.run(_CROWN, mailing=mailing.id, winner=winner)
    return winner


def give_winner(context: EmmaContext, mailing: Any, share: Share) -> Generator[None, None, None]:
    yield from _give(context, mailing, share, crown(context, mailing))


def declare_winner(context: EmmaContext, mailing_id: str, winner_id: str) -> None:
    """Let the remaining recipients of a split test get the content of one variation."""
    mailing, winner = _find(context, mailing_id, "mailing"), _find(context, winner_id, "winner")
    tested = contents(context, mailing)
    if winner.id not in tested:
        said = f"the mailing {winner.id} is no variation of the mailing {mailing.id}" if tested else "there is no split test"
        raise Forbidden(
            f"{said}; expected one of {', '.join(map(str, tested)) or 'its variations'}", "emma.declare_winner.no_variation"
        )
    if mailing.winner_mailing_id is not None:
        said = f"the winner of the mailing {mailing.id} is {mailing.winner_mailing_id} already"
        raise Forbidden(said, "emma.declare_winner.decided")
    if mailing.status not in _DECIDABLE:
        said = f"the split test {mailing.id} is over: its status is {mailing.status}"
        raise Forbidden(said, "emma.declare_winner.over")
    context.run(_CROWN, mailing=mailing.id, winner=winner.id)
    if mailing.status == "w":
        schedule(context, kind=DECIDE, due=context.now, payload={"mailing": mailing.id, "started": mailing.send_started})


def _find(context: EmmaContext, mailing_id: str, where: str) -> Any:
    try:
        return mailings.find(context, mailing_id)
    except NotFound as unknown:
        raise NotFound(f"{where}: {unknown.said}", "emma.declare_winner.unknown") from None


def _give(context: EmmaContext, mailing: Any, share: Share, content: int | ColumnElement[Any]) -> Generator[None, None, int]:
    among = deliveries.among(share)
    return (yield from deliveries.stamp_all(context, mailing.id, among, variation_id=content))
