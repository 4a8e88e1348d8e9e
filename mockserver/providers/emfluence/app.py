"""In which order does emfluence complain? This list, then the route (types of parameters), then its action."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mockserver.core.deeds import Deed
from mockserver.core.faults import break_as_armed
from mockserver.core.gates import nothing_unread, within_limits
from mockserver.core.outbox import Batch, Kept
from mockserver.core.provider import Credential, Refusals, Task
from mockserver.core.samples import Sample
from mockserver.providers.emfluence.access import (
    find_workspace,
    known_method,
    limit_connections,
    require_https,
    require_permission,
    require_token,
    slow_down,
)
from mockserver.providers.emfluence.errors import Envelope, Failure
from mockserver.providers.emfluence.parameters import read_parameters

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from mockserver.core.etiquette import Etiquette

GATES = (
    find_workspace,  # 3, when there is no room for another one
    within_limits,  # 501
    require_https,  # 4
    limit_connections,  # 5, with HTTP 403
    break_as_armed,  # what the workspace was told to do wrong; here, so that a call that is held up holds a connection
    slow_down,  # waits
    known_method,  # 100, 101, 2
    require_token,  # 200 to 203
    require_permission,  # 204, but where it depends on the parameters
    read_parameters,  # 500, before anything is looked up
    nothing_unread,  # 501, in a strict workspace
)


# Everything below is loaded when it is first asked for: routes by the first call to this provider, due work when it is due,
# backstage by the first call to the control API. Most servers are asked for one provider only; their start need not wait.


def routers() -> "list[APIRouter]":
    from mockserver.providers.emfluence.routes import ROUTERS  # noqa: PLC0415 - see above

    return ROUTERS


def build() -> "FastAPI":
    from mockserver.core.openapi import provider_api  # noqa: PLC0415 - see above

    return provider_api("emfluence Marketing Platform API", routers(), refusal=Failure, success=Envelope)


def tasks() -> Mapping[str, Task]:
    """Due work by kind."""
    from mockserver.providers.emfluence.actions import sending  # noqa: PLC0415 - see above

    return sending.TASKS


def batches() -> Mapping[str, Batch]:
    """The messages that are written when somebody reads them, by kind."""
    from mockserver.providers.emfluence.actions import outgoing  # noqa: PLC0415 - see above

    return outgoing.BATCHES


def refusals() -> Refusals:
    """The catalogue by name, for faults."""
    from mockserver.providers.emfluence.refusals import REFUSALS  # noqa: PLC0415 - see above

    return REFUSALS


def etiquette() -> "Etiquette":
    """What it asks of its clients, for a verdict on their manners."""
    from mockserver.providers.emfluence.etiquette import ETIQUETTE  # noqa: PLC0415 - see above

    return ETIQUETTE


def samples(credential: Credential) -> Iterable[Sample]:
    """Calls to begin with."""
    from mockserver.providers.emfluence.samples import samples  # noqa: PLC0415 - see above

    return samples(credential)


def deeds(message: Kept) -> Iterable[Deed]:
    """What its recipient can do with a message."""
    from mockserver.providers.emfluence.inbox import deeds  # noqa: PLC0415 - see above

    return deeds(message)


def click(message: Kept, url: str) -> Deed | None:
    """How following a link of a message is counted, if anybody counts it."""
    from mockserver.providers.emfluence.inbox import click  # noqa: PLC0415 - see above

    return click(message, url)


def backstage() -> "APIRouter":
    from mockserver.providers.emfluence.backstage import router  # noqa: PLC0415 - see above

    return router


def links() -> "APIRouter":
    from mockserver.providers.emfluence.backstage import links  # noqa: PLC0415 - see above

    return links
