"""What webhooks are told of: each action that makes something happen says so here.

Where no webhook waits for an event that costs one look into a dictionary.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from pydantic_core import to_json
from sqlalchemy import bindparam, select

from mockserver.core import webhooks
from mockserver.core.statements import Statement
from mockserver.core.webhooks import Hook, Post
from mockserver.providers.emma.actions import accounts
from mockserver.providers.emma.schemas.webhooks import EVENTS, EventName
from mockserver.providers.emma.settings import LONGEST, EmmaContext
from mockserver.providers.emma.tables import Mailing, Webhook
from mockserver.providers.emma.wire import stamp

_HOOKS = Statement(select(*Webhook.c).order_by(Webhook.c.id))
_SUBJECT = Statement(select(Mailing.c.subject).where(Mailing.c.id == bindparam("mailing")))
_SETTLED = "emma-webhooks"
_HEADERS = {"Content-Type": "application/json"}


def happened(context: EmmaContext, event: EventName, **facts: Any) -> None:
    """Tell the webhooks that wait for an event; `facts` are what it tells of beside account, moment and resource."""
    if event in _hooks(context):
        _tell(context, event, [facts])


def happened_to(context: EmmaContext, event: EventName, members: Iterable[int], **facts: Any) -> None:
    """The same for each of some members."""
    if event in _hooks(context):
        _tell(context, event, [{**facts, "member_id": member} for member in members])


def wanted(context: EmmaContext, event: EventName) -> bool:
    """Whether a webhook waits for an event, for those who would have to find out whom it happens to."""
    return event in _hooks(context)


def subject(context: EmmaContext, mailing_id: int | None) -> str | None:
    """The subject of a mailing, if it is one of those that are still known."""
    found = None if mailing_id is None else context.first(_SUBJECT, mailing=mailing_id)
    return None if found is None else str(found.subject)


def forget_hooks(context: EmmaContext) -> None:
    """The webhooks are not the same any more."""
    context.workspace.settled.pop(_SETTLED, None)


def _hooks(context: EmmaContext) -> dict[str, list[Any]]:
    """The webhooks by event. They are read once, until one changes."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        found: dict[str, list[Any]] = {}
        for hook in context.all(_HOOKS):
            found.setdefault(hook.event, []).append(hook)
        settled[_SETTLED] = found
    hooks: dict[str, list[Any]] = settled[_SETTLED]
    return hooks


def _tell(context: EmmaContext, event: EventName, cases: Sequence[Mapping[str, Any]]) -> None:
    kind, account = EVENTS[event], accounts.get(context).id
    context.cite(kind.row)
    common = {"account_id": account, "timestamp": stamp(context.now, context.settings)}
    base = f"{context.workspace.runtime.url}/{context.provider}/{account}/"
    inside = kind.names_its_resource and context.settings.webhook_resource_url == "by_event"
    payloads = [_payload(event, {**common, **facts}, base, inside=inside) for facts in cases]
    for hook in _hooks(context)[event]:
        webhooks.queue(context, _addressee(context, hook), event, [_post(hook, payload) for payload in payloads])


def _payload(event: EventName, told: dict[str, Any], base: str, *, inside: bool) -> dict[str, Any]:
    """What is told, with the address of the resource inside the data or beside them."""
    kind = EVENTS[event]
    told["resource_url"] = url = base + kind.resource.format_map(told)
    if inside:
        return {"event_name": event, "data": {name: told[name] for name in kind.facts}}
    data = {name: told[name] for name in kind.facts if name != "resource_url"}
    return {"event_name": event, "resource_url": url, "data": data}


def _post(hook: Any, payload: dict[str, Any]) -> Post:
    """The request; by GET the payload is in the query, its data as JSON."""
    if hook.method == "POST":
        return Post(hook.url, to_json(payload).decode())
    url = urlsplit(hook.url)
    query = urlencode({**payload, "data": to_json(payload["data"]).decode()})
    return Post(url._replace(query=f"{url.query}&{query}" if url.query else query, fragment="").geturl())


def _addressee(context: EmmaContext, hook: Any) -> Hook:
    settings = context.settings
    first, factor = settings.webhook_retry_after, settings.webhook_retry_factor
    delays = [min(first * factor**number, LONGEST) for number in range(settings.webhook_attempts - 1)]
    headers = _HEADERS if hook.method == "POST" else {}
    return Hook(str(hook.id), hook.method, headers, delays, settings.webhook_timeout)
