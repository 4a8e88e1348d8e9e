from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, FailFast, StrictInt

from mockserver.providers.emma.schemas.payloads import Payload
from mockserver.providers.emma.wire import id_list, split


def _array(value: Any) -> Any:
    """A lone id is no array here: whoever archives or erases says so plainly."""
    return id_list(value) if isinstance(value, list) else value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _letters(value: Any) -> Any:
    return split([value]) if isinstance(value, str) else value


MemberIds = Annotated[list[StrictInt], FailFast(), BeforeValidator(_array)]
GroupId = Annotated[str | None, BeforeValidator(_text)]
Statuses = Annotated[list[str] | None, BeforeValidator(_letters)]
"""Letters in an array, or in one text."""


class MembersArchive(Payload):
    member_ids: MemberIds


class MembersStatusChange(Payload):
    member_ids: MemberIds
    status_to: str | None = None


class MembersCopy(Payload):
    member_status_id: Statuses = None


class MembersShift(Payload):
    group_id: GroupId = None


class MembersPurge(Payload):
    member_ids: MemberIds


class ArchivedPurge(Payload):
    """What both parameters say may stand in the body or in the query; the body wins."""

    member_status_id: Statuses = None
    member_group_id: GroupId = None

    def or_else(self, statuses: Sequence[str] | None, group_id: str | None) -> Self:
        return self.model_copy(
            update={
                "member_status_id": statuses if self.member_status_id is None else self.member_status_id,
                "member_group_id": group_id if self.member_group_id is None else self.member_group_id,
            }
        )
