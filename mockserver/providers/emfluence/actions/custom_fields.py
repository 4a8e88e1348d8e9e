"""Custom fields of contacts. They come from fixtures and no call can change them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import CustomField

_ALL = Statement(select(*CustomField.c).order_by(CustomField.c.number))
_SETTLED = "emfluence.custom_fields"


def every(context: EmfluenceContext) -> Sequence[Any]:
    """All custom fields by number; a workspace reads them once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = context.all(_ALL)
    fields: Sequence[Any] = settled[_SETTLED]
    return fields
