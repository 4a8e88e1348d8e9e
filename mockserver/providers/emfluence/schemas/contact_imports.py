from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from mockserver.core.unread import ReadAs
from mockserver.providers.emfluence.schemas.contacts import ContactSave
from mockserver.providers.emfluence.wire import Ids, Payload

_RECORDS = "contacts"
_NO_RECORDS = {"groupids", "removegroupids"}


class ContactImport(Payload):
    """The records, and groups that all of them join. Records are checked one by one."""

    contacts: Annotated[list[Any], ReadAs(list[ContactSave])]
    group_ids: Ids = Field(default_factory=list, alias="groupIDs")

    @classmethod
    def also_reads(cls, name: str, value: Any) -> Any:  # noqa: ARG003 - see the base
        return list[ContactSave] if isinstance(value, list) else None

    @model_validator(mode="before")
    @classmethod
    def _find_records(cls, given: Any) -> Any:
        """They are called `contacts`; they may be the whole body, or the only list in it, whatever that is called."""
        if not isinstance(given, Mapping) or any(name.lower() == _RECORDS for name in given):
            return given
        lists = [name for name, value in given.items() if isinstance(value, list) and name.lower() not in _NO_RECORDS]
        if len(lists) > 1:
            raise ValueError(f"expected one list of contacts, found {', '.join(lists)}")
        return {**given, _RECORDS: given[lists[0]]} if lists else given


class ImportSummary(TypedDict):
    recordsInData: int
    recordsInserted: int
    recordsUpdated: int
