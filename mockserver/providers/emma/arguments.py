"""What routes take from path and query: texts, because the action says what is wrong with them, in the provider's words."""

from typing import Annotated

from fastapi import Path, Query

MemberId = Annotated[str, Path(description="Id of a member.")]
GroupId = Annotated[str, Path(description="Id of a group.")]
FieldId = Annotated[str, Path(description="Id of a field.")]
SearchId = Annotated[str, Path(description="Id of a search.")]
ImportId = Annotated[str, Path(description="Id of an import.")]
WebhookId = Annotated[str, Path(description="Id of a webhook.")]
MailingId = Annotated[str, Path(description="Id of a mailing.")]

Start = Annotated[str | None, Query(description="Index of the first row, from 0.")]
End = Annotated[str | None, Query(description="Index of the first row that is not wanted any more; 500 rows at most.")]
Count = Annotated[str | None, Query(description="True or 1: answer the number of rows instead of rows.")]
Deleted = Annotated[str | None, Query(description="True or 1: archived ones as well.")]
