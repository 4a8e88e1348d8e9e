from pydantic import Field

from mockserver.providers.emfluence.dates import MomentInput
from mockserver.providers.emfluence.wire import Id, Ids, Paged, Pattern, Text, Texts


class EmailSearch(Paged):
    """What emails are looked for. What is not given does not narrow the search."""

    delivery_type: Text = Field("manual", alias="deliveryType")
    status: Texts = Field(default_factory=lambda: ["sent"])
    automated_results: Text = Field("summary", alias="automatedResults")
    user_id: Id = Field(None, alias="userID")
    title: Pattern = ""
    subject: Pattern = ""
    sent_from: MomentInput = Field(None, alias="dateSentStart")
    sent_to: MomentInput = Field(None, alias="dateSentEnd")
    email_ids: Ids | None = Field(None, alias="emailIDs")
    parent_email_id: Id = Field(None, alias="parentEmailID")
    transactional_category: Text = Field("", alias="transactionalCategory")
    campaign_id: Id = Field(None, alias="campaignID")
    sort_field: Text = Field("", alias="sortField")
    sort_direction: Text = Field("", alias="sortDirection")
