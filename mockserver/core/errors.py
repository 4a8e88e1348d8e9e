"""Refusals, and what the core itself may notice.

Refusal            a provider's own answer to a call it will not serve; each provider has a catalogue
Notice             something the core noticed, which the provider puts into its own words
├── BodyTooLarge       more bytes than `limits.body_bytes`
├── HeadTooLarge       request line and headers over `limits.head_bytes`
├── UnknownPath        no operation at this path
├── UnknownMethod      the path exists, with other methods
├── UnfitBody          a body that is read, but has not the form that the operation takes
├── NoRoomForWorkspace the bound on workspaces is reached
├── UnknownInput       something that nothing reads, where the workspace is strict
└── WorkspaceGone      the workspace was deleted while the call waited
NoRoomForFault     the bound on armed faults is reached
NoConnectionToDrop a fault cannot happen, because there is no connection under the call
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from mockserver.core.call import Call


LONGEST_NAME = 200
"""Characters of a client's name for something that are repeated to it."""


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


class UnknownInput(Notice):
    """`names` are as `core/unread.py` tells them: `?parameter`, `field.inner`, `members[].field`, or `header: name`.

    Of very many, `more` are not among them. `near` holds what each may have been meant to be, if anything is near.
    """

    def __init__(self, names: Sequence[str], near: Mapping[str, str], *, more: int = 0) -> None:
        parts = [f"{_short(name)} (did you mean {near[name]}?)" if name in near else _short(name) for name in names]
        rest = [f"and {more} more"] if more else []
        super().__init__(_nothing_reads(", ".join([*parts, *rest])))
        self.sentences = {_short(name): _nothing_reads(part) for name, part in zip(names, parts, strict=True)}
        """What is to be said of each alone, by its name."""


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."


def _nothing_reads(what: str) -> str:
    return f"nothing reads {what}; this server is strict (setting `strict`)"


class NoRoomForWorkspace(Notice):
    def __init__(self, limit: int) -> None:
        super().__init__(f"there are {limit} workspaces already, the most this server keeps; delete one first")


class WorkspaceGone(Notice):
    def __init__(self, name: str) -> None:
        super().__init__(f"the workspace {name} was deleted")


class NoRoomForFault(Exception):  # noqa: N818 - what there is, in words
    def __init__(self, limit: int) -> None:
        super().__init__(f"there are {limit} faults armed already, the most a workspace keeps; delete one first")


class NoConnectionToDrop(Exception):  # noqa: N818 - what there is not, in words
    """For a client inside the process this is how a lost connection looks; a server with sockets never raises it."""

    def __init__(self, fault: int | None) -> None:
        super().__init__(f"fault {fault} ends the connection of this call, and it came without one, from inside the process")
