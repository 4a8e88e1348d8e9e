from sqlalchemy import bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldRow, extra_field_row
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import ExtraField
from mockserver.providers.ethermailer.wire import Page

_FIELDS = select(
    ExtraField.c.id, ExtraField.c.name, ExtraField.c.required, ExtraField.c.type, ExtraField.c.options
).order_by(ExtraField.c.id)
_ALL = Statement(_FIELDS)
_PAGE = Statement(_FIELDS.limit(bindparam("limit")).offset(bindparam("offset")))
_TOTAL = Statement(select(func.count()).select_from(ExtraField))

_SETTLED = "ethermailer.extra_fields"


def page(context: EtherContext, page: Page) -> tuple[list[ExtraFieldRow], int]:
    rows = context.all(_PAGE, limit=page.limit, offset=page.offset)
    return [extra_field_row(row) for row in rows], context.value(_TOTAL)


def every(context: EtherContext) -> list[ExtraFieldRow]:
    """All extra fields, as they travel. They come from fixtures and no call can change them: a workspace reads them once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = [extra_field_row(row) for row in context.all(_ALL)]
    fields: list[ExtraFieldRow] = settled[_SETTLED]
    return fields
