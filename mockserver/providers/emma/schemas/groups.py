from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel
from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.payloads import Payload

GroupType = Literal["g", "t", "h"]


class GroupRow(TypedDict):
    active_count: int
    deleted_at: str | None
    error_count: int
    optout_count: int
    group_type: GroupType
    member_group_id: int
    purged_at: str | None
    account_id: int
    group_name: str


class GroupCreated(TypedDict):
    member_group_id: int
    group_name: str


class GroupDraft(BaseModel):
    """One group to be made."""

    group_name: str | None = None
    group_type: str | None = None


class GroupsCreate(GroupDraft):
    """Several groups, or a lone one."""

    groups: list[GroupDraft] | None = None


class GroupUpdate(Payload):
    group_name: str | None = None


def group_row(row: Any, counts: Sequence[int], account_id: int) -> GroupRow:
    """A group as lists and single answers show it; the counts are of active, opted out and faulty members."""
    active, opted_out, faulty = counts
    return {
        "active_count": active,
        "deleted_at": row.deleted_at,
        "error_count": faulty,
        "optout_count": opted_out,
        "group_type": row.type,
        "member_group_id": row.id,
        "purged_at": row.purged_at,
        "account_id": account_id,
        "group_name": row.name,
    }


def groups_created(made: Iterable[tuple[int, str]]) -> list[GroupCreated]:
    return [{"member_group_id": id_, "group_name": name} for id_, name in made]
