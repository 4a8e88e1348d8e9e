"""In which order does Ether Mailer complain? This list, then the route, then its action."""

from fastapi import FastAPI

from mockserver.core.api import provider_api
from mockserver.core.gates import known_operation, within_limits
from mockserver.providers.ethermailer.access import (
    limit_calls_per_uri,
    require_api_key,
    require_json_accepted,
    require_json_body,
    require_readable_json,
)
from mockserver.providers.ethermailer.errors import Errors
from mockserver.providers.ethermailer.routes import ROUTERS

GATES = (
    within_limits,  # 413, 431
    require_api_key,  # 401, also for paths that do not exist
    limit_calls_per_uri,  # 429, whatever else is wrong with the call
    known_operation,  # 404, 405
    require_json_body,  # 415
    require_json_accepted,  # 406
    require_readable_json,  # 400, before anything is looked up
)


def build() -> FastAPI:
    return provider_api("Ether Mailer API", ROUTERS, refusal=Errors)
