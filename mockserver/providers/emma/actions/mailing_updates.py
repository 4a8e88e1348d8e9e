"""What a client may do to a mailing: cancel, pause, resume and archive it."""

from typing import Any

from sqlalchemy import bindparam, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, mailings, sending, split_tests
from mockserver.providers.emma.actions.messages import required_tag
from mockserver.providers.emma.actions.personalisation import has_tag
from mockserver.providers.emma.errors import BadRequest, EmmaRefusal, Forbidden, NotFound, shown
from mockserver.providers.emma.schemas.mailings import STATUS_WORDS, UpdatedMailing, updated_mailing
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Mailing
from mockserver.providers.emma.wire import moment, stamp

_STATUS = Mailing.c.status
_ARCHIVE = Statement(
    update(Mailing)
    .where(Mailing.c.id == bindparam("mailing"), Mailing.c.archived_ts.is_(None))
    .values(archived_ts=bindparam("now"))
)


def change_status(context: EmmaContext, mailing_id: str, word: Any) -> UpdatedMailing | str:
    """Cancel, pause or resume a mailing, and return it as it is afterwards."""
    mailing = mailings.find(context, mailing_id)
    if word not in ("canceled", "paused", "ready"):  # whatever JSON holds
        said = "it is missing" if word is None else f"found {shown(word)}"
        raise BadRequest(f"status: expected canceled, paused or ready, {said}", "emma.update_mailing.bad_status")
    if mailing.status in {"c", "s"}:
        raise _refusal(mailing, "cannot be updated any more", "emma.update_mailing.too_late")
    if mailing.status == "x":
        raise _refusal(mailing, "stays so", "emma.update_mailing.canceled")
    _VERBS[word](context, mailing)
    changed = mailings.find(context, mailing_id)
    context.cite("emma.update_mailing.answer")
    if context.settings.update_mailing_answer == "status":
        return str(changed.status)
    return updated_mailing(changed, accounts.get(context).id)


def cancel(context: EmmaContext, mailing_id: str) -> None:
    """Cancel a mailing that is pending or paused."""
    mailing = mailings.find(context, mailing_id)
    if mailing.status not in {"p", "a"}:
        said = f"the mailing {mailing.id} is {STATUS_WORDS[mailing.status]}; only a pending or paused one can be canceled"
        refusal: type[EmmaRefusal] = Forbidden if context.settings.cancel_wrong_state == 403 else NotFound
        raise refusal(said, "emma.cancel_mailing.wrong_state")
    _cancel(context, mailing)


def archive(context: EmmaContext, mailing_id: str) -> None:
    """Take a mailing out of the list, for which its status does not matter; one that is archived stays as it is."""
    mailing = mailings.find(context, mailing_id, "emma.archive_mailing.unknown")
    context.run(_ARCHIVE, mailing=mailing.id, now=stamp(context.now, context.settings))


def _cancel(context: EmmaContext, mailing: Any) -> None:
    context.cite("emma.mailings.cancellation")
    user, now = accounts.get(context).user_id, stamp(context.now, context.settings)
    _move(context, mailing, status="x", cancel_ts=now, cancel_by_user_id=user)


def _pause(context: EmmaContext, mailing: Any) -> None:
    context.cite("emma.update_mailing.paused")
    if mailing.status == "f":
        raise _refusal(mailing, "cannot be paused", "emma.update_mailing.failed")
    _move(context, mailing, status="a")


def _resume(context: EmmaContext, mailing: Any) -> None:
    """A paused one goes out at its moment, or now if that has passed; the others must have one that lies ahead."""
    if mailing.status == "f":
        raise _refusal(mailing, "cannot be resumed", "emma.update_mailing.failed")
    if mailing.status in {"i", "w"}:
        context.cite("emma.update_mailing.on_its_way")
        return
    send_at = mailing.send_at and moment(mailing.send_at, context.settings)
    due = send_at if send_at and send_at > context.now else None
    if mailing.status == "a":
        context.cite("emma.update_mailing.resumed")
    else:
        _check_tags(context, mailing)
        if due is None:
            said = "cannot be rescheduled, as it has no send_at that lies ahead"
            raise _refusal(mailing, said, "emma.update_mailing.no_moment")
        context.cite("emma.update_mailing.rescheduled")
    _move(context, mailing, status="p")
    sending.schedule(context, mailing.id, due or context.now)


_VERBS = {"canceled": _cancel, "paused": _pause, "ready": _resume}


def _move(context: EmmaContext, mailing: Any, **values: Any) -> None:
    """Give a mailing a new status, and with it those variations of a split test that have been where it was."""
    going_along = split_tests.family(mailing) & (_STATUS == mailing.status)
    context.execute(update(Mailing).where(going_along).values(**values))


def _check_tags(context: EmmaContext, mailing: Any) -> None:
    """Each part that has a text has the required tag; the HTML of a mailing that is plain text only is not sent."""
    parts = ("plaintext",) if mailing.plaintext_only else ("html_body", "plaintext")
    tag = required_tag(context)
    texts = {part: getattr(mailing, part) for part in parts}
    lacking = [part for part, text in texts.items() if text and not has_tag(text, tag)]
    if lacking:
        said = f"lacks the required tag [% {tag} %] in {' and '.join(lacking)}"
        raise _refusal(mailing, said, "emma.update_mailing.required_tag")


def _refusal(mailing: Any, said: str, rule: str) -> BadRequest:
    return BadRequest(f"the mailing {mailing.id} is {STATUS_WORDS[mailing.status]} and {said}", rule)
