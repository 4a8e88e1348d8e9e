"""Refusals, and what the core itself may notice.

Refusal            a provider's own answer to a call it will not serve; each provider has a catalogue
Notice             something the core noticed, which the provider puts into its own words
├── BodyTooLarge       more bytes than `limits.body_bytes`
├── HeadTooLarge       request line and headers over `limits.head_bytes`
├── UnknownPath        no operation at this path
├── UnknownMethod      the path exists, with other methods
├── UnfitBody          a body that is read, but has not the form that the operation takes
├── NoRoomForWorkspace the bound on workspaces is reached
└── WorkspaceGone      the workspace was deleted while the call waited
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from mockserver.core.call import Call


class Refusal(Exception, ABC):  # noqa: N818 - what the provider does, not an error of ours
    """A call that the provider turns down: rolls back, and answers in the provider's dialect."""

    rule: str
    """The rulebook row that says so."""
    is_fault = False
    """Whether the server is to blame: then its log tells the whole story."""
    reason_phrase: str | None = None
    """What the status line says beside the number, where the vendor has words of its own."""

    def cited(self) -> set[str]:
        """All rows that led to it."""
        return {self.rule}

    @abstractmethod
    def response(self, call: "Call") -> Response:
        """The refusal on the wire, in the reading that the call's settings choose."""


class Notice(Exception):  # noqa: N818 - never reaches a client under this name
    """Something noticed before a provider's own code ran."""


class BodyTooLarge(Notice):
    def __init__(self, limit: int) -> None:
        super().__init__(f"the request body is larger than {limit} bytes")


class HeadTooLarge(Notice):
    def __init__(self, limit: int) -> None:
        super().__init__(f"the request line and headers are larger than {limit} bytes")


class UnknownPath(Notice):
    def __init__(self, path: str) -> None:
        super().__init__(f"there is nothing at {path}")


class UnknownMethod(Notice):
    def __init__(self, method: str, path: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{method} is not possible at {path}; possible: {', '.join(allowed)}")
        self.allowed = allowed


class UnfitBody(Notice):
    """`faults` are what pydantic says of it, field by field."""

    def __init__(self, faults: Sequence[Any]) -> None:
        super().__init__(f"the body has {len(faults)} faults")
        self.faults = faults


class NoRoomForWorkspace(Notice):
    def __init__(self, limit: int) -> None:
        super().__init__(f"there are {limit} workspaces already, the most this server keeps; delete one first")


class WorkspaceGone(Notice):
    def __init__(self, name: str) -> None:
        super().__init__(f"the workspace {name} was deleted")
