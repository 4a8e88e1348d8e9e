"""What is uncertain about Ether Mailer: one switch for each open question that a user may need answered otherwise.

The default is the reading in the rulebook, whose row names the switch. Numbers such as Q27 are those of the open questions
in this folder's README.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mockserver.core.context import Context
from mockserver.core.provider import ProviderSettings


def _number(value: Any) -> Any:
    """The environment knows only texts."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


_Status = BeforeValidator(_number)


class EtherMailerSettings(ProviderSettings):
    """Limits and readings of Ether Mailer."""

    calls_per_second: int = Field(3, ge=1, description="Calls a second and URI before 429.")
    throttle_uri: Literal["path", "route"] = Field(
        "path", description="What shares a budget: one concrete path, or all paths of one operation (Q78)."
    )

    unauthorized_status: Annotated[Literal[401, 403], _Status] = Field(
        401, description="Status of a missing or unknown key (Q2); such a call belongs to the default workspace."
    )
    content_type: Literal["with_body", "always"] = Field(
        "with_body", description="Which calls must carry `Content-Type: application/json` (Q9)."
    )
    not_found_body: Literal["empty", "errors"] = Field(
        "empty", description="Body of a 404: none, or the envelope with a reason (Q6, Q17)."
    )
    object_name: Literal["path", "leaf"] = Field(
        "path", description="How `objectName` names a nested field: `groups[0].groupId` or `groupId`."
    )
    epoch_unit: Literal["milliseconds", "seconds"] = Field(
        "milliseconds", description="Unit of `createdAt` and `deletedAtDate`."
    )

    limit_above_50: Literal["refuse", "clamp"] = Field("refuse", description="A page limit above 50 (Q19).")
    paging_not_a_number: Annotated[Literal[400, 404], _Status] = Field(
        400, description="Status of a limit or offset that is no number (Q22)."
    )

    duplicate_group_name: Literal["refuse", "allow"] = Field(
        "refuse", description="A group name that another group has (Q27)."
    )
    contacts_count: Literal["live", "all"] = Field(
        "live", description="Whether `contactsCount` leaves deleted contacts out (Q35)."
    )

    deleted_contact: Literal["hidden", "readable"] = Field(
        "hidden", description="Whether a deleted contact can be read by its id (Q37)."
    )
    deleted_in_list: Literal["shown", "hidden"] = Field(
        "shown", description="Whether the list of contacts shows deleted ones (Q38)."
    )
    extra_field_values: Literal["all", "set"] = Field(
        "all", description="Which extra fields a single contact shows: every defined one, or those with a value (Q39)."
    )
    unset_name: Literal["null", "empty"] = Field(
        "null", description="How a name or surname that was never given is shown (Q40)."
    )
    option_value: Literal["id", "text"] = Field(
        "id", description="Whether the value of an OPTIONS field is an `optionId` or its text (Q41)."
    )

    add_deleted_address: Literal["refuse", "restore"] = Field(
        "refuse", description="Adding the address of a deleted contact (Q45)."
    )
    unknown_group: Literal["refuse", "ignore"] = Field(
        "refuse", description="A group in a contact's payload that does not exist (Q50)."
    )
    unknown_extra_field: Literal["refuse", "ignore"] = Field(
        "refuse", description="An extra field in a contact's payload that does not exist (Q51)."
    )
    required_extra_fields: Literal["enforced", "ignored"] = Field(
        "enforced", description="Whether a contact must have a value for each required extra field (Q53)."
    )
    update: Literal["replace", "merge"] = Field(
        "replace", description="What an update does with what its payload leaves out: take it away, or let it be (Q56)."
    )
    update_of_unknown: Literal["payload_first", "contact_first"] = Field(
        "payload_first", description="What an update of an unknown contact with a bad payload complains of first (Q48)."
    )

    unverified_sender: Literal["refuse", "not_sent"] = Field(
        "refuse", description="Registering with a sender profile that is not verified (Q58)."
    )
    register_known_address: Literal["refuse", "not_sent"] = Field(
        "refuse", description="Registering an address that is a contact already (Q59)."
    )
    confirm_after: float | None = Field(
        None,
        ge=0,
        le=1e10,
        description="Seconds of the workspace's clock after which somebody confirms a registration; unset: nobody does.",
    )

    import_deleted_address: Literal["refuse", "update"] = Field(
        "refuse", description="An import row with the address of a deleted contact: an error, or revived (Q67)."
    )
    import_report: Literal["errors", "all"] = Field("errors", description="Which rows `contactImportResponses` lists (Q65).")
    unknown_ids: Literal["skip", "not_found"] = Field(
        "skip", description="Ids of no contact among those to delete or restore (Q71)."
    )


EtherContext = Context[EtherMailerSettings]
"""What Ether Mailer's actions work with."""
