"""The samples of a vendor's document as data: one file for each operation, read here.

{
  "operation": "get_member",
  "source": "document members: GET /#account_id/members/#member_id",
  "because": "only where the document shows no sample: why the examples are made",
  "examples": [
    {
      "request": {"method": "GET", "path": "/100/members/201", "body": "absent where the document shows none"},
      "answer": "any JSON value",
      "differs": [{"at": "sms", "because": "A sentence."}],
      "made": "true where the example is made from the text of the document"
    }
  ]
}

`compare.py` tells what may stand in `differs`.
"""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tests.examples.compare import Difference


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Request(_Part):
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    body: Any = None

    @property
    def content(self) -> dict[str, Any]:
        """The body as an argument of a client, if there is one."""
        return {"json": self.body} if "body" in self.model_fields_set else {}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Example(_Part):
    request: Request
    answer: Any
    differs: list[Difference] = Field(default_factory=list)
    made: bool = False


class Operation(_Part):
    operation: str
    source: str
    because: str | None = None
    examples: list[Example]

    def covers(self, request: Request) -> bool:
        """Whether the request is a call of this operation, by the address that the source prints."""
        heading = self.source.partition(": ")[2]
        return re.fullmatch(re.sub(r"[#:]\w+", "[^/?]+", heading) + r"(\?.*)?", str(request)) is not None


def read(folder: Path) -> dict[str, Operation]:
    """Every operation of a folder, by the name of its file."""
    return {path.stem: Operation.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
