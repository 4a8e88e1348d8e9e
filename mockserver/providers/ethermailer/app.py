"""In which order does Ether Mailer complain? This list, then the route, then its action."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mockserver.core.gates import known_operation, within_limits
from mockserver.core.provider import Task
from mockserver.providers.ethermailer.access import (
    limit_calls_per_uri,
    require_api_key,
    require_json_accepted,
    require_json_body,
    require_readable_json,
)
from mockserver.providers.ethermailer.errors import Errors

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

GATES = (
    within_limits,  # 413, 431
    require_api_key,  # 401, also for paths that do not exist
    limit_calls_per_uri,  # 429, whatever else is wrong with the call
    known_operation,  # 404, 405
    require_json_body,  # 415
    require_json_accepted,  # 406
    require_readable_json,  # 400, before anything is looked up
)

# Everything below is loaded when it is first asked for: routes by the first call to this provider, due work when it is due,
# backstage by the first call to the control API. Most servers are asked for one provider only; their start need not wait.


def routers() -> "list[APIRouter]":
    from mockserver.providers.ethermailer.routes import ROUTERS  # noqa: PLC0415 - see above

    return ROUTERS


def build() -> "FastAPI":
    from mockserver.core.openapi import provider_api  # noqa: PLC0415 - see above

    return provider_api("Ether Mailer API", routers(), refusal=Errors)


def tasks() -> Mapping[str, Task]:
    """Due work by kind."""
    from mockserver.providers.ethermailer.actions import registrations  # noqa: PLC0415 - see above

    return {"confirm": registrations.confirm_when_due}


def backstage() -> "APIRouter":
    from mockserver.providers.ethermailer.backstage import router  # noqa: PLC0415 - see above

    return router


def links() -> "APIRouter":
    from mockserver.providers.ethermailer.backstage import links  # noqa: PLC0415 - see above

    return links
