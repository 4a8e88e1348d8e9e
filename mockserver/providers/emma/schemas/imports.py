from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.fields import FieldRow
from mockserver.providers.emma.schemas.groups import GroupRow
from mockserver.providers.emma.schemas.members import MemberStatus
from mockserver.providers.emma.schemas.payloads import Flag, Ids, Payload, empty_array_as_object

SmsStatus = Literal["a", "o"]


class SmsCriteria(Payload):
    transactional_status: SmsStatus | None = None
    promotional_status: SmsStatus | None = None


class ImportCriteria(Payload):
    sms: Annotated[SmsCriteria | None, empty_array_as_object] = None


class MembersImport(Payload):
    members: list[Any] = Field(
        description="Each with `email`; other keys are values of member fields, also inside `fields`."
    )
    source_filename: str | None = None
    add_only: Flag = None
    group_ids: Ids = Field(default_factory=list)
    criteria: Annotated[ImportCriteria | None, empty_array_as_object] = None
    automate_field_changes: Flag = Field(None, description="Kept and shown; there are no workflows to trigger.")
    automate_contact_imports: Flag = Field(None, description="Taken; there are no workflows to trigger.")


class ImportStarted(TypedDict):
    import_id: int


class AddedByGroup(TypedDict):
    member_group_id: int
    num_added: int


class ImportRow(TypedDict):
    import_id: int
    account_id: int
    import_started: str | None
    import_finished: str | None
    source_name: str | None
    source_filename: str | None
    num_members_added: int
    num_members_updated: int
    num_added_by_group: list[AddedByGroup]
    num_duplicates: int
    num_skipped: int
    num_members: int
    num_errors: int
    groups_updated: list[GroupRow]
    fields_updated: list[FieldRow]
    status: Literal["q", "p", "o", "e"]
    error_message: str | None
    style: Literal["add_only", "add_and_update"] | None
    automated_field_changes: bool | None


class ImportMemberRow(TypedDict):
    member_id: int
    change_type: Literal["a", "c", "d", "n", "u", "r", "s", "t"]
    member_status_id: MemberStatus
    email: str | None


def import_row(row: Any, account_id: int, groups: dict[int, GroupRow], fields: dict[int, FieldRow]) -> ImportRow:
    """An import; what it names of groups and fields is shown whole, as far as there is any of it left."""
    return {
        "import_id": row.id,
        "account_id": account_id,
        "import_started": row.import_started,
        "import_finished": row.import_finished,
        "source_name": row.source_name,
        "source_filename": row.source_filename,
        "num_members_added": row.num_members_added,
        "num_members_updated": row.num_members_updated,
        "num_added_by_group": row.num_added_by_group,
        "num_duplicates": row.num_duplicates,
        "num_skipped": row.num_skipped,
        "num_members": row.num_members,
        "num_errors": row.num_errors,
        "groups_updated": [groups[each] for each in row.groups_updated if each in groups],
        "fields_updated": [fields[each] for each in row.fields_updated if each in fields],
        "status": row.status,
        "error_message": row.error_message,
        "style": row.style,
        "automated_field_changes": row.automated_field_changes,
    }


def import_member_rows(rows: Any) -> list[ImportMemberRow]:
    return [
        {"member_id": member, "change_type": change_type, "member_status_id": status, "email": email}
        for member, change_type, status, email in rows
    ]
