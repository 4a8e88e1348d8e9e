"""What one member gets of a mailing, and whether its tags make sense."""

from collections.abc import Collection, Generator, Iterator
from typing import Any

from sqlalchemy import bindparam, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, mailings, members
from mockserver.providers.emma.actions.personalisation import LINKS, OPT_OUT, WEB_VIEW, findings, render
from mockserver.providers.emma.errors import BadMessageType, BadRequest, NotFound, shown
from mockserver.providers.emma.schemas.messages import PARTS, ContentPayload, Message, MessagePart, message_parts
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery
from mockserver.providers.emma.wire import record_id

_DELIVERY = Statement(
    select(Delivery.c.sent, Delivery.c.variation_id).where(
        Delivery.c.mailing_id == bindparam("mailing"), Delivery.c.member_id == bindparam("member")
    )
)
_SLICE = 5000
"""Pieces of text that are checked in one go: some milliseconds of work."""
_MOST_FAULTS = 10


def get(context: EmmaContext, mailing_id: str, member_id: str, part: str) -> Message | MessagePart:
    """The message of a mailing to a member, or one part of it."""
    mailing, member = find(context, mailing_id, member_id)
    if part != "all" and part not in PARTS:
        raise BadMessageType(f"type: expected one of all, {', '.join(PARTS)}, found {shown(part)}")
    return message_parts(written(context, mailing, member), part)


def find(context: EmmaContext, mailing_id: str, member_id: str) -> tuple[Any, Any]:
    """The mailing and the member of a message, by their ids from a path; the member may have been archived since."""
    mailing = mailings.find(context, mailing_id)
    delivery = context.first(_DELIVERY, mailing=mailing.id, member=record_id(member_id))
    member = members.find(context, member_id) if delivery is not None and delivery.sent is not None else None
    if member is None:
        raise NotFound(f"there is no message of the mailing {mailing.id} to the member {member_id}", "emma.messages.unknown")
    return mailing, member


def written(context: EmmaContext, mailing: Any, member: Any) -> Message:
    """The four parts of the message of a mailing to a member, each as `mailings.find` and `members.find` give it."""
    source, address = content(context, mailing, member.id), web_view(context, mailing.id, member.id)
    opt_out = opt_out_link(context, mailing.id, member.id)
    values = {required_tag(context): opt_out, **values_of(member), OPT_OUT: opt_out, WEB_VIEW: address}
    return {
        "plaintext": render(source.plaintext, values),
        "subject": render(source.subject, values),
        "html_body": render(source.html_body, values, as_html=True),
        "webview_url": address,
    }


def content(context: EmmaContext, mailing: Any, member_id: int) -> Any:
    """The mailing whose content the member gets: in a split test, the variation that was drawn."""
    delivery = context.first(_DELIVERY, mailing=mailing.id, member=member_id)
    if delivery is None or delivery.variation_id is None:
        return mailing
    context.cite("emma.get_message.variation")
    return mailings.find(context, str(delivery.variation_id))


def web_view(context: EmmaContext, mailing_id: int, member_id: int) -> str:
    """Where the message can be read in a browser."""
    path, tracker = f"message/{mailing_id}/{member_id}", accounts.get(context).tracker
    return context.link(path) if tracker is None else f"{tracker.rstrip('/')}/{path}"


def opt_out_link(context: EmmaContext, mailing_id: int, member_id: int) -> str:
    """Where the member opts out, as the message's reader."""
    return context.link(f"opt-out/{mailing_id}/{member_id}")


def required_tag(context: EmmaContext) -> str:
    return context.settings.required_tag.strip().lower()


def values_of(member: Any) -> dict[str, Any]:
    """What tags may say of a member: its own fields win over what every member has."""
    every = {"member_id": member.id, "email": member.email, "member_since": member.member_since}
    return {f"member:{name.lower()}": value for name, value in (every | member.fields).items()}


def validating(context: EmmaContext, payload: ContentPayload) -> Generator[None, None, None]:
    """Look for tags that make no sense, in slices; a BadRequest tells the first ten of them."""
    faults: list[str] = []
    for place, fault in enumerate(_findings(payload, {*LINKS, required_tag(context)}), 1):
        if fault is not None:
            faults.append(fault)
        if len(faults) == _MOST_FAULTS:
            break
        if place % _SLICE == 0:
            yield
    if faults:
        raise BadRequest("; ".join(faults), "emma.validate_mailing.tags")


def _findings(payload: ContentPayload, links: Collection[str]) -> Iterator[str | None]:
    for part in ("html_body", "plaintext", "subject"):
        for fault in findings(getattr(payload, part) or "", links):
            yield None if fault is None else f"{part}: {fault}"
