"""Webhooks: who is told when something happens. What they are told is in `events.py`."""

from functools import partial
from typing import Any, get_args
from urllib.parse import urlsplit

from sqlalchemy import Integer, bindparam, delete, func, insert, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, events
from mockserver.providers.emma.actions.listings import Listing, held, selected
from mockserver.providers.emma.errors import BadRequest, NotFound, shown, unknown
from mockserver.providers.emma.schemas.webhooks import (
    EVENTS,
    EventRow,
    Method,
    WebhookRow,
    WebhookSave,
    event_rows,
    webhook_rows,
)
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Webhook
from mockserver.providers.emma.wire import new_id, record_id

LONGEST_URL = 2048

_HOOK = Webhook.c.id
_COLUMNS = (_HOOK, Webhook.c.event, Webhook.c.url, Webhook.c.method)
_ROWS = select(*_COLUMNS)
_LIMIT, _START = (bindparam(name, type_=Integer) for name in ("limit", "start"))
_LIST = Statement(_ROWS.order_by(_HOOK).limit(_LIMIT).offset(_START))
_COUNT = Statement(select(func.count()).select_from(Webhook))
_IS_IT = _HOOK == bindparam("webhook")
_ONE = Statement(_ROWS.where(_IS_IT))
_ADD = Statement(insert(Webhook))
_SAVED = ("event", "url", "method")
_CHANGE = Statement(update(Webhook).where(_IS_IT).values({name: bindparam(f"new_{name}") for name in _SAVED}))
_DELETE = Statement(delete(Webhook).where(_IS_IT))
_DELETE_ALL = Statement(delete(Webhook))


def listing(context: EmmaContext) -> Listing[WebhookRow]:
    """The webhooks of the account by age."""
    return selected(context, _LIST, _COUNT, partial(webhook_rows, account_id=accounts.get(context).id))


def get(context: EmmaContext, webhook_id: str) -> WebhookRow:
    return webhook_rows([_find(context, webhook_id)], accounts.get(context).id)[0]


def event_types() -> Listing[EventRow]:
    """What webhooks can be told of."""
    return held(event_rows())


def create(context: EmmaContext, payload: WebhookSave) -> int:
    """Let somebody be told of an event from now on."""
    for name in ("event", "url"):
        if getattr(payload, name) is None:
            raise BadRequest(f"{name}: is required", "emma.create_webhook.required")
    webhook = new_id(context.ids, "webhook")
    context.run(_ADD, id=webhook, **{"method": "POST", **_checked(context, payload)})
    events.forget_hooks(context)
    return webhook


def change(context: EmmaContext, webhook_id: str, payload: WebhookSave) -> int:
    """Change a webhook in what the payload says."""
    webhook = _find(context, webhook_id)
    new = {**webhook._asdict(), **_checked(context, payload)}
    context.run(_CHANGE, webhook=webhook.id, **{f"new_{name}": new[name] for name in _SAVED})
    events.forget_hooks(context)
    return int(webhook.id)


def remove(context: EmmaContext, webhook_id: str) -> None:
    """Tell somebody nothing any more; what has happened before is still told."""
    context.run(_DELETE, webhook=_find(context, webhook_id).id)
    events.forget_hooks(context)


def remove_all(context: EmmaContext) -> None:
    """Tell nobody anything any more."""
    context.run(_DELETE_ALL)
    events.forget_hooks(context)


def url_fault(url: str) -> str | None:
    """What is wrong with an address to be told at, if anything. Whether it may be reached is seen when it is."""
    expected = f"expected an address of http or https with {LONGEST_URL} characters at most, found {shown(url)}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return expected
    good = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    return None if good and len(url) <= LONGEST_URL and url.isprintable() and " " not in url else expected


def _find(context: EmmaContext, webhook_id: str) -> Any:
    found = context.first(_ONE, webhook=record_id(webhook_id))
    if found is None:
        raise NotFound(f"there is no webhook {webhook_id}", "emma.webhooks.unknown")
    return found


def _checked(context: EmmaContext, payload: WebhookSave) -> dict[str, str]:
    """What a payload says of a webhook, or a refusal."""
    given = {name: value for name in _SAVED if (value := getattr(payload, name)) is not None}
    if "event" in given and given["event"] not in EVENTS:
        raise BadRequest(f"event: {unknown('event', given['event'], EVENTS)}", "emma.webhooks.event")
    if "url" in given and (fault := url_fault(given["url"])) is not None:
        raise BadRequest(f"url: {fault}", "emma.webhooks.url")
    if "method" in given:
        given["method"] = given["method"].upper()
        if given["method"] not in get_args(Method):
            said = f"method: expected {' or '.join(get_args(Method))}, found {shown(payload.method)}"
            raise BadRequest(said, "emma.webhooks.method")
    if payload.public_key is not None or payload.user_id is not None:
        context.cite("emma.webhooks.public_key")
    return given
