"""What a provider asks of its clients: one record, stated by the provider itself, by which `core/manners` judges calls.

Rows are ids of the provider's rulebook: each finding rests on one.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from mockserver.core.call import Call

Severity = Literal["error", "warning", "advice"]
"""error: the service refuses this. warning: it will go wrong, or harms the service. advice: there is a better way."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a client waits after a refusal that does not say it (`Retry-After` does)."""

    seconds: float = 1.0
    """Where the same refusal comes again, an earlier call was too early by that."""
    least: float = 1.0
    """Even a call that was let in was too early by that."""


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """So many calls in any `seconds`; `refuses` is whether the service turns the others down, or only slows them."""

    row: str
    calls: Callable[[Any], int]
    """The limit, of the provider's settings."""
    seconds: float
    key: Callable[["Call"], str]
    """What shares a budget."""
    place: Callable[["Call"], str]
    """The same in words, for people."""
    refuses: bool = True


@dataclass(frozen=True, kw_only=True)
class ConnectionLimit:
    """So many calls of one address under way at a time."""

    row: str
    calls: Callable[[Any], int]


def _always(_call: "Call") -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """A single call that has a sibling for many."""

    single: str
    """The operation."""
    instead: str
    """What to call, as a sentence can say it."""
    row: str
    is_single: Callable[["Call"], bool] = _always
    """Whether a call of the operation is about one thing only."""


@dataclass(frozen=True, kw_only=True)
class Deprecated:
    """Something of old that the provider notices itself: by a row that the calls cite."""

    row: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class HeaderAsked:
    """A header that the document asks for."""

    name: str
    value: str
    """What is in it, in small letters."""
    row: str
    severity: Severity
    asked: Callable[["Call"], bool]


class Page(NamedTuple):
    """A page of a list, as a call asks for it."""

    walk: Hashable
    """All pages of the same list, with the same filters, have the same."""
    first: int
    """Index of its first record."""
    size: int


@dataclass(frozen=True, kw_only=True)
class Paging:
    """How long lists are read."""

    page: Callable[["Call"], Page | None]
    most: int
    row: str
    """What says how pages follow each other."""
    most_row: str
    """What says how large they may be."""


@dataclass(frozen=True, kw_only=True)
class Etiquette:
    """What makes a good client of one provider."""

    retries: str
    """The row about trying again, for where no row made the answer."""
    waits: Mapping[str, Wait]
    """By the row of a refusal that goes away when one waits."""
    transient: frozenset[str]
    """Rows of refusals that the client is not to blame for, beside those with a status from 500."""
    permanent: frozenset[str]
    """Rows of refusals that stay, although their status is 500 or more."""
    rate: RateLimit
    connections: ConnectionLimit | None = None
    bulk: tuple[Bulk, ...] = ()
    deprecated: tuple[Deprecated, ...] = ()
    headers: tuple[HeaderAsked, ...] = ()
    paging: Paging
    maxima: frozenset[str]
    """Rows of refusals of too much."""
    unread: str
    """The row about fields that nobody asked for."""
    rows: frozenset[str] = field(init=False)
    """Every row that a finding may rest on, but for those of the refusals themselves."""

    def __post_init__(self) -> None:
        parts = (self.rate, *self.bulk, *self.deprecated, *self.headers, *((self.connections,) if self.connections else ()))
        single = {self.retries, self.unread, self.paging.row, self.paging.most_row}
        several = self.waits.keys() | self.transient | self.permanent | self.maxima
        object.__setattr__(self, "rows", frozenset(single | several | {part.row for part in parts}))
