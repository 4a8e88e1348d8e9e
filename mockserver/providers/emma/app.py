"""In which order does Emma complain? This list, then the route, then its action."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mockserver.core.deeds import Deed
from mockserver.core.faults import break_as_armed
from mockserver.core.gates import known_operation, nothing_unread, within_limits
from mockserver.core.outbox import Batch, Kept
from mockserver.core.provider import Credential, Refusals, Task
from mockserver.core.samples import Sample
from mockserver.providers.emma.access import (
    limit_calls_per_minute,
    read_body,
    require_credentials,
    require_own_account,
)
from mockserver.providers.emma.errors import Error

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from mockserver.core.etiquette import Etiquette

GATES = (
    within_limits,  # 413, 431
    require_credentials,  # 401, also for paths that do not exist
    break_as_armed,  # what the workspace was told to do wrong; before the limit: what is refused here uses nothing up
    limit_calls_per_minute,  # 403, whatever else is wrong with the call
    require_own_account,  # 403
    known_operation,  # 404, 405
    read_body,  # 400, before anything is looked up
    nothing_unread,  # 400, in a strict workspace
)


# Everything below is loaded when it is first asked for: routes by the first call to this provider, due work when it is due,
# backstage by the first call to the control API. Most servers are asked for one provider only; their start need not wait.


def routers() -> "list[APIRouter]":
    from mockserver.providers.emma.routes import ROUTERS  # noqa: PLC0415 - see above

    return ROUTERS


def build() -> "FastAPI":
    from mockserver.core.openapi import provider_api  # noqa: PLC0415 - see above

    return provider_api("Emma API", routers(), refusal=Error)


def tasks() -> Mapping[str, Task]:
    """Due work by kind."""
    from mockserver.providers.emma.actions import group_members, import_runs, sending, signups  # noqa: PLC0415 - see above

    return {
        **sending.TASKS,
        **import_runs.TASKS,
        "confirm": signups.confirm_when_due,
        group_members.DELETE_MEMBERS: group_members.delete_members,
    }


def events() -> Iterable[str]:
    """What webhooks can be told of."""
    from mockserver.providers.emma.schemas.webhooks import EVENTS  # noqa: PLC0415 - see above

    return EVENTS


def batches() -> Mapping[str, Batch]:
    """The messages that are written when somebody reads them, by kind."""
    from mockserver.providers.emma.actions import outgoing  # noqa: PLC0415 - see above

    return {outgoing.MAILING: outgoing.BATCH}


def refusals() -> Refusals:
    """The catalogue by name, for faults."""
    from mockserver.providers.emma.refusals import REFUSALS  # noqa: PLC0415 - see above

    return REFUSALS


def etiquette() -> "Etiquette":
    """What it asks of its clients, for a verdict on their manners."""
    from mockserver.providers.emma.etiquette import ETIQUETTE  # noqa: PLC0415 - see above

    return ETIQUETTE


def samples(credential: Credential) -> Iterable[Sample]:
    """Calls to begin with."""
    from mockserver.providers.emma.samples import samples  # noqa: PLC0415 - see above

    return samples(credential)


def deeds(message: Kept) -> Iterable[Deed]:
    """What its recipient can do with a message."""
    from mockserver.providers.emma.inbox import deeds  # noqa: PLC0415 - see above

    return deeds(message)


def click(message: Kept, url: str) -> Deed | None:
    """How following a link of a message is counted, if anybody counts it."""
    from mockserver.providers.emma.inbox import click  # noqa: PLC0415 - see above

    return click(message, url)


def backstage() -> "APIRouter":
    from mockserver.providers.emma.backstage import router  # noqa: PLC0415 - see above

    return router


def links() -> "APIRouter":
    from mockserver.providers.emma.backstage import links  # noqa: PLC0415 - see above

    return links
