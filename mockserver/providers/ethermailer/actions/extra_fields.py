from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import ExtraField
from mockserver.providers.ethermailer.wire import Page

_FIELDS = select(
    col(ExtraField.id), col(ExtraField.name), col(ExtraField.required), col(ExtraField.type), col(ExtraField.options)
).order_by(col(ExtraField.id))
_ALL = Statement(_FIELDS)
_PAGE = Statement(_FIELDS.limit(bindparam("limit")).offset(bindparam("offset")))
_TOTAL = Statement(select(func.count()).select_from(ExtraField))

_SETTLED = "ethermailer.extra_fields"


def page(context: EtherContext, page: Page) -> tuple[Sequence[Any], int]:
    return context.all(_PAGE, limit=page.limit, offset=page.offset), context.value(_TOTAL)


def every(context: EtherContext) -> Sequence[Any]:
    """All extra fields. They come from fixtures and no call can change them, so a workspace reads them once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = context.all(_ALL)
    fields: Sequence[Any] = settled[_SETTLED]
    return fields
