"""Looking for messages in an outbox, the newest first.

A search works in slices, so that it holds the loop for no longer than some milliseconds. All but the subject is asked of
the database. A batch is one row there: with a recipient only that one's messages are looked at, and without a subject only
those of the page are written. When everybody gets the same subject the batch fits or not as a whole. When it is
personalised, messages are written to look at theirs, up to a bound (`limits.outbox_search`); past it the search is given up.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select

from mockserver.core import outbox
from mockserver.core.outbox import Kept
from mockserver.core.slices import Turn, run_in_slices
from mockserver.core.tables import Message

if TYPE_CHECKING:
    from mockserver.core.workspace import Workspace

_PAGE = 200
"""Rows, and places of a batch, that are fetched at a time."""
_CONTENT = {"text", "html", "details"}
"""What is read of a message only when it is found."""
_ROWS = select(*(column for column in Message.c if column.key not in _CONTENT)).order_by(Message.c.id.desc()).limit(_PAGE)


class TooMuchToSearch(Exception):  # noqa: N818 - what happened, in words
    """So many messages would have to be written to look at their subjects that the search was given up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: those that fit everything given."""

    provider: str | None = None
    kind: str | None = None
    recipient: str | None = None
    """The whole address, in any letter case."""
    subject: str | None = None
    """A part of it, in any letter case."""
    after: int | None = None
    """Only messages with a higher id."""
    since: datetime | None = None
    """Not sent before this moment of the workspace's clock."""


def search(workspace: "Workspace", wanted: Wanted, *, limit: int, offset: int = 0) -> Generator[None, None, list[Kept]]:
    """The newest messages that fit, but for the first `offset` of them. Raises TooMuchToSearch."""
    return _Search(workspace, wanted, limit, offset).run()


class Watch:
    """Looks for a message again and again, and at each message only once."""

    def __init__(self, workspace: "Workspace", wanted: Wanted) -> None:
        self._workspace = workspace
        self._wanted = wanted
        self._world = workspace.ids
        self._seen = wanted.after

    async def look(self) -> Kept | None:
        """The newest message that fits and was not there the last time; the workspace is at rest."""
        world = self._workspace.ids
        if world is not self._world:  # after a reset or a restore the same ids are other messages
            self._world, self._seen = world, self._wanted.after
        newest = world.counters.get("message", 0)
        if newest <= (self._seen or 0):
            return None
        work = search(self._workspace, replace(self._wanted, after=self._seen), limit=1)
        self._seen = newest
        found = await run_in_slices(self._workspace, work)
        return found[0] if found else None


class _Search:
    def __init__(self, workspace: "Workspace", wanted: Wanted, limit: int, offset: int) -> None:
        self._workspace = workspace
        self._wanted = wanted
        self._subject = "" if wanted.subject is None else wanted.subject.casefold()
        self._recipient = None if wanted.recipient is None else _key(wanted.recipient)
        self._after = wanted.after or 0
        self._limit = limit
        self._skip = offset
        self._found: list[Kept] = []
        self._written = 0
        self._turn = Turn()

    def run(self) -> Generator[None, None, list[Kept]]:
        statement = _selected(self._wanted)
        rows = self._workspace.database.execute(statement).all()
        while rows:
            for row in rows:
                yield from self._look_at(row)
                if self._is_full:
                    return self._found
            rows = self._workspace.database.execute(statement.where(Message.c.id < rows[-1].id)).all()
        return self._found

    @property
    def _is_full(self) -> bool:
        return len(self._found) >= self._limit

    def _look_at(self, row: Any) -> Iterator[None]:
        if row.reference is not None:
            yield from self._look_into(row)
        elif self._recipient in {None, _key(row.recipient)} and self._fits(row.subject):
            self._take(outbox.message(self._workspace, row.id))
        yield from self._pause()

    def _look_into(self, row: Any) -> Iterator[None]:
        """The messages of a batch, a page of places after the other."""
        common = outbox.common_subject(self._workspace, row)
        if common is not None and not self._fits(common):
            return
        to_write = common is None and bool(self._subject)
        at = 0 if to_write or row.id <= self._after else self._skipped(row)
        while not self._is_full and (places := self._places(row, at)):
            for place in places:
                if self._is_full or row.id + place - 1 <= self._after:
                    return
                self._look_at_place(row, place, to_write=to_write)
                yield from self._pause()
            at += len(places)

    def _skipped(self, row: Any) -> int:
        """How many messages of a batch lie before the page, without a look at any of them."""
        skipped = min(self._skip, outbox.size_of(self._workspace, row, self._wanted.recipient))
        self._skip -= skipped
        return skipped

    def _places(self, row: Any, at: int) -> Sequence[int]:
        return outbox.places_of(self._workspace, row, self._wanted.recipient, _PAGE, at)

    def _look_at_place(self, row: Any, place: int, *, to_write: bool) -> None:
        if to_write:
            self._written += 1
            if self._written > self._workspace.limits.outbox_search:
                raise TooMuchToSearch
        elif self._skip:
            self._skip -= 1
            return
        kept = outbox.read(self._workspace, row, place)
        if kept is not None and self._fits(kept.subject):
            self._take(kept)

    def _fits(self, subject: str) -> bool:
        return self._subject in subject.casefold()

    def _take(self, kept: Kept | None) -> None:
        if self._skip:
            self._skip -= 1
        elif kept is not None:
            self._found.append(kept)

    def _pause(self) -> Iterator[None]:
        if self._turn.over:
            yield
            self._turn.begin()


def _selected(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    message, statement = Message.c, _ROWS
    for column, value in ((message.provider, wanted.provider), (message.kind, wanted.kind)):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.recipient is not None and wanted.recipient.isascii():  # SQLite knows no other letters
        has_it = message.recipient.collate("NOCASE") == wanted.recipient.strip()
        statement = statement.where(or_(has_it, message.reference.is_not(None)))
    if wanted.after is not None:
        statement = statement.where(message.last > wanted.after)
    if wanted.since is not None:
        statement = statement.where(message.sent_at >= wanted.since)
    return statement


def _key(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().casefold()
