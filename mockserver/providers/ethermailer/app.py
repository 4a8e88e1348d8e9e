"""In which order does Ether Mailer complain? This list, then the route, then its action."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mockserver.core.deeds import Deed
from mockserver.core.faults import break_as_armed
from mockserver.core.gates import known_operation, nothing_unread, within_limits
from mockserver.core.outbox import Kept
from mockserver.core.provider import Credential, Refusals, Task
from mockserver.core.samples import Sample
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

    from mockserver.core.etiquette import Etiquette

GATES = (
    within_limits,  # 413, 431
    require_api_key,  # 401, also for paths that do not exist
    break_as_armed,  # what the workspace was told to do wrong; before the limit: what is refused here uses nothing up
    limit_calls_per_uri,  # 429, whatever else is wrong with the call
    known_operation,  # 404, 405
    require_json_body,  # 415
    require_json_accepted,  # 406
    require_readable_json,  # 400, before anything is looked up
    nothing_unread,  # 400, in a strict workspace
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


def refusals() -> Refusals:
    """The catalogue by name, for faults."""
    from mockserver.providers.ethermailer.refusals import REFUSALS  # noqa: PLC0415 - see above

    return REFUSALS


def etiquette() -> "Etiquette":
    """What it asks of its clients, for a verdict on their manners."""
    from mockserver.providers.ethermailer.etiquette import ETIQUETTE  # noqa: PLC0415 - see above

    return ETIQUETTE


def samples(credential: Credential) -> Iterable[Sample]:
    """Calls to begin with."""
    from mockserver.providers.ethermailer.samples import samples  # noqa: PLC0415 - see above

    return samples(credential)


def deeds(message: Kept) -> Iterable[Deed]:
    """What its recipient can do with a message."""
    from mockserver.providers.ethermailer.inbox import deeds  # noqa: PLC0415 - see above

    return deeds(message)


def backstage() -> "APIRouter":
    from mockserver.providers.ethermailer.backstage import router  # noqa: PLC0415 - see above

    return router


def links() -> "APIRouter":
    from mockserver.providers.ethermailer.backstage import links  # noqa: PLC0415 - see above

    return links
