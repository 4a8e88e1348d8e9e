"""Webhooks that tests are told by: nothing is ever sent to their address, and what would have been is looked at."""

import json
from typing import Any

from mockserver.providers.emma.schemas.webhooks import EVENTS
from tests.providers.emma.client import Emma

NOWHERE = "http://169.254.1.1/hook"
"""Webhooks do not go there."""
HERE = "http://127.0.0.1:8765/emma/100"


def hook(emma: Emma, event: str, url: str = NOWHERE, **more: Any) -> int:
    """Make a webhook and return its id."""
    return int(emma.ask("POST", "/webhooks", {"event": event, "url": url, **more}))


def hook_everything(emma: Emma) -> None:
    for event in EVENTS:
        hook(emma, event)


def deliveries(emma: Emma, **wanted: Any) -> list[dict[str, Any]]:
    """Everything that webhooks were to be told, whole, the oldest first."""
    parameters = {"workspace": emma.workspace.name, "limit": 1000, **wanted}
    listed = emma.workspace.server.request("GET", "/_mock/webhooks", params=parameters).json()
    return [emma.workspace.control("GET", f"webhooks/{each['id']}") for each in reversed(listed)]


def told(emma: Emma, **wanted: Any) -> list[dict[str, Any]]:
    """The same as the payloads of it."""
    return [json.loads(each["body"]) for each in deliveries(emma, **wanted)]


def names(emma: Emma) -> list[str]:
    """The events that webhooks were to be told of, the oldest first."""
    return [each["event_name"] for each in told(emma)]
