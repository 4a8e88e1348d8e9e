"""Mailings that are sent once more, to others."""

from collections.abc import Generator, Iterable

from sqlalchemy import bindparam, select

from mockserver.core import id_ranges
from mockserver.providers.emma.actions import groups, mailings, recipients, sending, successors
from mockserver.providers.emma.actions.recipients import RECIPIENT, SUPPRESSED
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.resends import MailingResend
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Search

_SEARCHES = select(Search.c.id).where(Search.c.id.in_(bindparam("searches", expanding=True)), Search.c.deleted_at.is_(None))


def resend(context: EmmaContext, mailing_id: str, payload: MailingResend) -> Generator[None, None, int]:
    """Send the content of a mailing to somebody else, at once, as a mailing of its own; returns the new one's id."""
    source = mailings.find(context, mailing_id)
    targets = _targets(context, payload)
    if not any((payload.recipient_emails, payload.recipient_segments, *targets.values())):
        raise BadRequest(
            "the body: expected some recipient_emails, recipient_groups, recipient_searches or recipient_segments",
            "emma.resend_mailing.nobody",
        )
    for where in ("recipient_emails", "heads_up_emails"):
        recipients.check_addresses(where, getattr(payload, where), "emma.mailings.bad_address")
    sender = (payload.sender or "").strip() or source.sender
    new = successors.inherit(context, source, successors.winning(context, source), sender=sender)
    targets["member"] = yield from recipients.invite(context, payload.recipient_emails)
    for kind, ids in targets.items():
        recipients.aim(context, new, RECIPIENT, kind, ids)
    recipients.aim(context, new, RECIPIENT, "segment", payload.recipient_segments)
    recipients.aim(context, new, SUPPRESSED, "segment", payload.suppression_segments)
    successors.tell(context, new, payload.heads_up_emails)
    sending.schedule(context, new, context.now)
    return new


def _targets(context: EmmaContext, payload: MailingResend) -> dict[str, Iterable[int]]:
    group_ids, search_ids = payload.recipient_groups, payload.recipient_searches
    return {
        "group": _known(context, "recipient_groups", group_ids, groups.known(context, group_ids)),
        "search": _known(context, "recipient_searches", search_ids, _known_searches(context, search_ids)),
    }


def _known(context: EmmaContext, where: str, ids: list[int], known: set[int]) -> list[int]:
    """Those that exist; without them all, a refusal that names the first that does not."""
    for place, id_ in enumerate(ids):
        if id_ not in known:
            context.cite("emma.resend_mailing.unknown_recipients")
            if context.settings.unknown_ids != "lenient":
                raise NotFound(
                    f"{where}[{place}]: there is no such thing as {id_}", "emma.resend_mailing.unknown_recipients"
                )
    return [id_ for id_ in ids if id_ in known]


def _known_searches(context: EmmaContext, ids: Iterable[int]) -> set[int]:
    return {id_ for batch in id_ranges.batches(ids) for id_ in context.execute(_SEARCHES, {"searches": batch}).scalars()}
