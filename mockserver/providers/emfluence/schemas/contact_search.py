from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from mockserver.providers.emfluence.dates import MomentInput
from mockserver.providers.emfluence.wire import Flag, Id, Ids, Paged, Pattern, Payload, Text, Texts, not_blank


def _kind(text: str) -> str:
    kind = text.strip().lower() or "active"
    if kind not in {"active", "inactive"}:
        raise ValueError("expected active or inactive")
    return kind


Kind = Annotated[Text, AfterValidator(_kind)]
Month = Annotated[Annotated[int, Field(ge=1, le=12)] | None, BeforeValidator(not_blank)]
Day = Annotated[Annotated[int, Field(ge=1, le=31)] | None, BeforeValidator(not_blank)]


class ContactCriteria(Payload):
    """Which contacts are meant: every parameter that is given has to fit. The rules of dynamic groups are such ones."""

    contact_ids: Ids = Field(default_factory=list, alias="contactIDs")
    group_id: Id = Field(None, alias="groupID")
    user_id: Id = Field(None, alias="userID")
    suppressed: Flag = None
    held: Flag = None
    email: Pattern = ""
    customer_id: Pattern = Field("", alias="customerID")
    last_name: Pattern = Field("", alias="lastName")
    company: Pattern = ""
    title: Pattern = ""
    phone: Pattern = ""
    fax: Pattern = ""
    city: Pattern = ""
    state: Pattern = ""
    zip_code: Pattern = Field("", alias="zipCode")
    country: Pattern = ""
    purl: Pattern = ""
    dob_month: Month = Field(None, alias="dobMonth")
    dob_day: Day = Field(None, alias="dobDay")
    dob_year: Id = Field(None, alias="dobYear")
    last_activity_date_start: MomentInput = Field(None, alias="lastActivityDateStart")
    last_activity_date_end: MomentInput = Field(None, alias="lastActivityDateEnd")
    last_activity_type: Kind = Field("active", alias="lastActivityType")
    last_click_date_start: MomentInput = Field(None, alias="lastClickDateStart")
    last_click_date_end: MomentInput = Field(None, alias="lastClickDateEnd")
    last_click_type: Kind = Field("active", alias="lastClickType")
    date_added_start: MomentInput = Field(None, alias="dateAddedStart")
    date_added_end: MomentInput = Field(None, alias="dateAddedEnd")
    date_modified_start: MomentInput = Field(None, alias="dateModifiedStart")
    date_modified_end: MomentInput = Field(None, alias="dateModifiedEnd")


class ContactSearch(ContactCriteria, Paged):
    fields_: Texts = Field(default_factory=list, alias="fields")
    sort_field: Text = Field("", alias="sortField")
    sort_direction: Text = Field("", alias="sortDirection")
