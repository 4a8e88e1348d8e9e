"""What routes take from the path: texts, because the action says what is wrong with them, in the provider's words."""

from typing import Annotated

from fastapi import Path

Limit = Annotated[str, Path(alias="findLimit", description="Rows on the page, 1 to 50.")]
Offset = Annotated[str, Path(description="Rows before the page.")]
ContactId = Annotated[str, Path(alias="contactId")]
GroupId = Annotated[str, Path(alias="groupId")]
