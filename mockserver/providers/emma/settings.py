"""What is uncertain about Emma: one switch for each open question that a user may need answered otherwise.

The default is the reading in the rulebook, whose row names the switch. Letters such as C1 are those of the contradictions
in this folder's README.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from mockserver.core.context import Context
from mockserver.core.provider import ProviderSettings
from mockserver.core.zones import zone_fault

LONGEST = 1e9
"""Seconds that anything may take: thirty years."""


def _number(value: Any) -> Any:
    """The environment knows only texts."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _zone(name: str) -> str:
    fault = zone_fault(name)
    if fault is not None:
        raise ValueError(fault)
    return name


_Status = BeforeValidator(_number)
_Seconds = Annotated[float, Field(ge=0, le=LONGEST)]


class EmmaSettings(ProviderSettings):
    """Limits, durations and readings of Emma."""

    calls_per_minute: int = Field(180, ge=1, description="Calls in any minute before 403 Rate Limit Exceeded.")
    rate_limit_shared_by: Literal["account", "key"] = Field(
        "account", description="What shares a budget of calls: everybody in the account, or the user of one key."
    )

    imports_take: _Seconds = Field(0, description="Seconds of the workspace's clock until an import is finished.")
    sends_take: _Seconds = Field(0, description="Seconds of the workspace's clock that the sending of a mailing takes.")
    split_tests_take: _Seconds = Field(
        3600, description="Seconds of the workspace's clock until a split test chooses its winner by itself."
    )
    confirm_after: _Seconds | None = Field(
        None,
        description="Seconds of the workspace's clock after which somebody confirms a signup; unset: nobody does.",
    )

    unauthorized_status: Annotated[Literal[401, 403], _Status] = Field(
        401, description="Status of missing, unknown or revoked credentials; such a call belongs to the default workspace."
    )
    unauthorized_body: Literal["error", "text"] = Field(
        "error", description="Body of that answer: the error object, or plain text as one client has met."
    )
    foreign_account_status: Annotated[Literal[403, 404], _Status] = Field(
        403, description="Status of an account id that the key may not use."
    )

    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "America/Chicago", description="Zone of every `@D:` moment, which names none itself; UTC is the other reading."
    )
    paging_end: Literal["exclusive", "inclusive"] = Field(
        "exclusive", description="Whether the row at `end` belongs to the page (C1)."
    )
    unknown_ids: Literal["documented", "lenient", "strict"] = Field(
        "documented",
        description="Ids of nothing: as documented, where it says nothing lenient; as seen live; or always refused (C2).",
    )
    cancel_wrong_state: Annotated[Literal[403, 404], _Status] = Field(
        403, description="Status of cancelling a mailing that is neither pending nor paused (C3)."
    )
    update_mailing_answer: Literal["mailing", "status"] = Field(
        "mailing", description="Whether an update of a mailing answers the mailing or its new status (C4)."
    )
    canceled_in_list: Literal["shown", "hidden"] = Field(
        "shown", description="Whether the list of mailings shows canceled ones when no status is asked for (C5)."
    )
    hard_bounce: Literal["b", "h"] = Field("b", description="Letter of a hard bounce in a member's history (C7).")

    invalid_email: Literal["refuse", "keep_as_error"] = Field(
        "refuse", description="An address that is none: refused, or kept as a member with status e and an `email_error`."
    )
    unknown_fields: Literal["ignore", "refuse"] = Field(
        "ignore", description="A value for a member field that does not exist."
    )
    unknown_groups: Literal["ignore", "refuse"] = Field(
        "ignore", description="A group among `group_ids` that does not exist, where members are added."
    )
    archived_email: Literal["revive", "leave"] = Field(
        "revive", description="Adding the address of an archived member: it comes back, or is updated where it is."
    )
    duplicate_group_name: Literal["allow", "refuse"] = Field("allow", description="A group name that another group has.")
    webhook_resource_url: Literal["by_event", "top_level"] = Field(
        "by_event",
        description="Where `resource_url` stands in what webhooks are told: inside `data` for newer events (C13).",
    )
    webhook_attempts: int = Field(4, ge=1, le=20, description="Attempts to tell a webhook of an event before it has failed.")
    webhook_retry_after: _Seconds = Field(
        60, description="Seconds of the workspace's clock from the first attempt to the second."
    )
    webhook_retry_factor: float = Field(
        5, ge=1, le=100, description="How many times longer each further attempt is waited for than the one before."
    )
    webhook_timeout: float = Field(10, gt=0, le=60, description="Real seconds that a webhook's answer may take.")
    required_tag: str = Field(
        "opt_out_url", min_length=1, description="Tag that the html and plaintext of a mailing must have to be resumed."
    )


EmmaContext = Context[EmmaSettings]
"""What Emma's actions work with."""
