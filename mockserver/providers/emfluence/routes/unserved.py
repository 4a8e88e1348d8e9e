"""What emfluence documents and this server does not serve yet: known, and refused by its name."""

from collections.abc import Awaitable, Callable
from typing import NoReturn

from fastapi import APIRouter

from mockserver.providers.emfluence.errors import NotServed

router = APIRouter(include_in_schema=False)

_REPORTS = "bounces clicks complaints forwards recipients shares unsubscribes views webviews"
_EXPORTS = (
    "emailBounces emailComplaints emailClicks emailForwards emailRecipients emailShares emailUnsubscribes emailViews"
    " emailWebViews emails jobStatus getFile"
)

UNSERVED = (
    *(f"emailReports/{method}" for method in _REPORTS.split()),
    *(f"exports/{method}" for method in _EXPORTS.split()),
)
"""Reports and exports take GET and POST."""


def _refuse(operation: str) -> Callable[[], Awaitable[NoReturn]]:
    async def refuse() -> NoReturn:
        raise NotServed(operation)

    return refuse


for operation in UNSERVED:
    router.add_api_route(
        f"/v1/{operation}", _refuse(operation), methods=["GET", "POST"], name=operation, response_model=None
    )
