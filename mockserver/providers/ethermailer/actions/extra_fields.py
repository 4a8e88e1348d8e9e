from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import ExtraField
from mockserver.providers.ethermailer.wire import Page

_ALL = select(
    col(ExtraField.id), col(ExtraField.name), col(ExtraField.required), col(ExtraField.type), col(ExtraField.options)
).order_by(col(ExtraField.id))
_PAGE = _ALL.limit(bindparam("limit")).offset(bindparam("offset"))
_TOTAL = select(func.count()).select_from(ExtraField)


def page(context: EtherContext, page: Page) -> tuple[Sequence[Any], int]:
    rows = context.execute(_PAGE, {"limit": page.limit, "offset": page.offset}).all()
    return rows, context.execute(_TOTAL).scalar_one()


def every(context: EtherContext) -> Sequence[Any]:
    return context.execute(_ALL).all()
