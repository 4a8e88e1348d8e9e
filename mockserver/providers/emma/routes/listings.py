from typing import Any

from starlette.responses import Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.actions import groups
from mockserver.providers.emma.actions.listings import Listing
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.wire import flag, window


def listed(context: EmmaContext, listing: Listing[Any], start: str | None, end: str | None, count: str | None) -> Response:
    """The rows of the window; with `count` a bare integer, of all rows there are."""
    if flag(count):
        return as_json(listing.count())
    return as_json(listing.rows(window(start, end, context.settings)))


async def listed_groups(
    context: EmmaContext, ids: Listing[int], start: str | None, end: str | None, count: str | None
) -> Response:
    """The same for groups that are listed by their ids; counting their members may take several turns."""
    if flag(count):
        return as_json(ids.count())
    shown = ids.rows(window(start, end, context.settings))
    return as_json(await run_in_slices(context.workspace, groups.shown_rows(context, shown)))
