"""In which order does Emma complain? This list, then the route, then its action."""

from fastapi import FastAPI

from mockserver.core.api import provider_api
from mockserver.core.gates import known_operation, within_limits
from mockserver.providers.emma.access import (
    limit_calls_per_minute,
    read_body,
    require_credentials,
    require_own_account,
)
from mockserver.providers.emma.errors import Error
from mockserver.providers.emma.routes import ROUTERS

GATES = (
    within_limits,  # 413, 431
    require_credentials,  # 401, also for paths that do not exist
    limit_calls_per_minute,  # 403, whatever else is wrong with the call
    require_own_account,  # 403
    known_operation,  # 404, 405
    read_body,  # 400, before anything is looked up
)


def build() -> FastAPI:
    return provider_api("Emma API", ROUTERS, refusal=Error)
