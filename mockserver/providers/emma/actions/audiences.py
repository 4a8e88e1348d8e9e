"""The members, groups and searches of a mailing, each as its own resource shows it."""

from functools import partial

from sqlalchemy import Integer, bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, mailings, searches
from mockserver.providers.emma.actions.listings import Listing, held, selected
from mockserver.providers.emma.actions.mailing_targets import TARGET, heads_up, targets
from mockserver.providers.emma.actions.members import MEMBER, ROW
from mockserver.providers.emma.actions.recipients import RECIPIENT, SUPPRESSED
from mockserver.providers.emma.schemas.mailings import HeadsUpEmail
from mockserver.providers.emma.schemas.members import MemberRow, rows_without_sms
from mockserver.providers.emma.schemas.searches import SearchRow
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member

_LIMIT, _START = (bindparam(name, type_=Integer) for name in ("limit", "start"))
_THE_MEMBERS = (*targets("member"), TARGET == MEMBER)
_MEMBERS = Statement(select(*ROW).where(*_THE_MEMBERS).order_by(MEMBER).limit(_LIMIT).offset(_START))
_COUNT_MEMBERS = Statement(select(func.count()).select_from(Member).where(*_THE_MEMBERS))
_IDS = {kind: Statement(select(TARGET).where(*targets(kind)).order_by(TARGET)) for kind in ("group", "search")}


def recipient_members(context: EmmaContext, mailing_id: str) -> Listing[MemberRow]:
    """The members whom the mailing names itself, archived ones among them; not those of its groups and searches."""
    return _members(context, mailing_id, RECIPIENT)


def suppressed_members(context: EmmaContext, mailing_id: str) -> Listing[MemberRow]:
    return _members(context, mailing_id, SUPPRESSED)


def recipient_groups(context: EmmaContext, mailing_id: str) -> Listing[int]:
    """The ids of the groups."""
    return held(_ids(context, mailing_id, RECIPIENT, "group"))


def recipient_searches(context: EmmaContext, mailing_id: str) -> Listing[SearchRow]:
    return held(searches.rows_of(context, _ids(context, mailing_id, RECIPIENT, "search"), cached=True))


def suppressed_searches(context: EmmaContext, mailing_id: str) -> Listing[SearchRow]:
    return held(searches.rows_of(context, _ids(context, mailing_id, SUPPRESSED, "search"), cached=True))


def heads_up_emails(context: EmmaContext, mailing_id: str) -> Listing[HeadsUpEmail]:
    return held(heads_up(context, mailings.find(context, mailing_id).id))


def _members(context: EmmaContext, mailing_id: str, role: str) -> Listing[MemberRow]:
    mailing = mailings.find(context, mailing_id).id
    shape = partial(rows_without_sms, account_id=accounts.get(context).id)
    return selected(context, _MEMBERS, _COUNT_MEMBERS, shape, mailing=mailing, role=role)


def _ids(context: EmmaContext, mailing_id: str, role: str, kind: str) -> list[int]:
    mailing = mailings.find(context, mailing_id).id
    return [id_ for (id_,) in context.tuples(_IDS[kind], mailing=mailing, role=role)]
