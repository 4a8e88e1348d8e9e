"""New mailings that are made from others: sent again, or forwarded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import mailings
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import HeadsUp, Link, Mailing
from mockserver.providers.emma.wire import new_id, new_ids, stamp

_INHERITED = ("name", "subject", "sender", "reply_to", "html_body", "plaintext", "plaintext_only")
_BLANK: dict[str, Any] = {
    **dict.fromkeys(column.key for column in Mailing.c),
    "type": "m",
    "status": "p",
    "recipient_count": 0,
    "disabled": False,
    "plaintext_only": False,
    "html_body": "",
    "plaintext": "",
}
_ADD = Statement(insert(Mailing))
_ADD_LINK = Statement(insert(Link))
_ADD_HEADS_UP = Statement(insert(HeadsUp))
_LINKS = Statement(select(*Link.c).where(Link.c.mailing_id == bindparam("mailing")).order_by(Link.c.order, Link.c.id))


def make(context: EmmaContext, **columns: Any) -> int:
    """A new mailing, for nobody yet; returns its id."""
    mailing_id = new_id(context.ids, "mailing")
    context.run(_ADD, **{**_BLANK, "created_ts": stamp(context.now, context.settings), **columns, "id": mailing_id})
    return mailing_id


def inherit(context: EmmaContext, source: Any, content: Any, **changed: Any) -> int:
    """A standard mailing whose parent is `source`, with the content and the links of a mailing; returns its id."""
    columns = {name: getattr(content, name) for name in _INHERITED}
    mailing_id = make(context, **{**columns, "parent_mailing_id": source.id, **changed})
    links = [row._asdict() for row in context.all(_LINKS, mailing=content.id)]
    add_links(context, mailing_id, links)
    return mailing_id


def winning(context: EmmaContext, mailing: Any) -> Any:
    """The mailing whose content stands for this one: of a split test that is decided, the winner."""
    return mailing if mailing.winner_mailing_id is None else mailings.find(context, str(mailing.winner_mailing_id))


def add_links(context: EmmaContext, mailing_id: int, links: Sequence[Mapping[str, Any]]) -> None:
    """Give a mailing links, each with `name`, `target` and `plaintext`, in this order."""
    ids = new_ids(context.ids, "link", len(links))
    rows = (
        {**link, "id": id_, "mailing_id": mailing_id, "order": id_ - ids.start + 1}
        for id_, link in zip(ids, links, strict=True)
    )
    context.run_many(_ADD_LINK, rows)


def tell(context: EmmaContext, mailing_id: int, emails: Iterable[str]) -> None:
    """Let some addresses be told when a mailing goes out."""
    rows = [{"id": None, "mailing_id": mailing_id, "email": email.strip(), "sent_ts": None} for email in emails]
    context.run_many(_ADD_HEADS_UP, rows)
