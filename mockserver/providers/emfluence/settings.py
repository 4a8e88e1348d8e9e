"""What is uncertain about emfluence: one switch for each open question that a user may need answered otherwise.

The default is the reading in the rulebook, whose row names the switch. Numbers such as A11 are those of the ambiguities in
this folder's README.
"""

from typing import Annotated, Literal

from pydantic import Field

from mockserver.core.context import Context
from mockserver.core.provider import ProviderSettings

_Seconds = Annotated[float, Field(ge=0, le=1e9)]


class EmfluenceSettings(ProviderSettings):
    """Limits, durations and readings of emfluence."""

    requests_per_second: int = Field(9, ge=1, description="Requests in any second before the next ones are slowed down.")
    simultaneous_connections: int = Field(
        5, ge=1, description="Requests of one address under way at a time before HTTP 403 with code 5."
    )
    require_https: bool = Field(False, description="Whether a request over plain HTTP is refused with code 4.")
    token_in_request: Literal["refuse", "accept"] = Field(
        "refuse",
        description="A token in the query or the body instead of the header: refused, or taken with a warning (A11).",
    )

    sends_take: _Seconds = Field(0, description="Seconds of the workspace's clock until an email that is sent has gone out.")
    transactional: Literal["enabled", "disabled"] = Field(
        "enabled", description="Whether the account may send transactional emails; else code 3."
    )

    rpp_above_maximum: Literal["refuse", "clamp"] = Field(
        "refuse", description="More records per page than the endpoint allows: code 501, or as many as it allows (A6)."
    )
    total_pages_of_nothing: Literal[0, 1] = Field(0, description="`totalPages` of a search that finds nothing.")
    delete_suppressed: Literal["refuse", "allow"] = Field(
        "refuse", description="Deleting a suppressed contact: code 302, or as any other (A7)."
    )
    bare_datetime: Literal["local", "gmt"] = Field(
        "local", description="A date where a datetime is due: midnight of the account's time zone, or of GMT."
    )
    import_without_email: Literal["refuse", "warn"] = Field(
        "refuse",
        description="A record of an import without an address: the whole call is refused, or a warning tells of it.",
    )
    unknown_group: Literal["refuse", "ignore"] = Field(
        "refuse", description="A group id of nothing: code 300, or passed over."
    )
    all_group: Literal["shown", "hidden"] = Field(
        "shown", description="Whether the built-in group All is among a contact's `groupIDs` and in groups/search."
    )


EmfluenceContext = Context[EmfluenceSettings]
"""What emfluence's actions work with."""
