"""A snapshot that somebody sends as a file: what is looked at before it is kept.

The file itself never is. Its schema must be this server's to the letter, so that it brings no trigger, view or function to
run; then its rows, each value of the type that its column has, are copied into a new database. All of it works on
memory that nobody else knows of, so it may take its time in a thread, and the loop goes on.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json
from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, String, Table, select

from mockserver.core import memory
from mockserver.core.clock import EARLIEST, LATEST, Clock
from mockserver.core.database import Database, create_tables, fingerprint
from mockserver.core.scheduler import tasks
from mockserver.core.snapshots import SnapshotRefused
from mockserver.core.statements import Row, Statement
from mockserver.core.tables import Delivery, Memory, Message
from mockserver.core.templates import schema_of
from mockserver.core.webhooks import State
from mockserver.core.wording import key_path

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

_MAGIC = b"SQLite format 3\x00"
_SENT = Statement(select(Message.c.provider, Message.c.kind, Message.c.reference))
_TOLD = Statement(select(*Delivery.c).order_by(Delivery.c.id))
_STORED: dict[type, type | UnionType] = {Boolean: int, Integer: int, Float: int | float, String: str}
_COUNT = Annotated[int, Field(ge=0, lt=2**63)]


class _ClockState(BaseModel):
    """The clock as `Clock.dump` writes it."""

    model_config = ConfigDict(strict=True)

    virtual: float = Field(ge=EARLIEST.timestamp(), le=LATEST.timestamp())
    real: float = Field(ge=EARLIEST.timestamp(), le=LATEST.timestamp())
    frozen: bool
    scale: float = Field(gt=0, le=1_000_000)


class _Told(BaseModel):
    at: AwareDatetime


class _Delivery(BaseModel):
    """What the courier relies on in a delivery."""

    model_config = ConfigDict(strict=True, from_attributes=True)

    state: State
    headers: dict[str, str]
    delays: list[Annotated[float, Field(ge=0, le=1e9)]]
    patience: float = Field(gt=0, le=3600)
    attempts: _COUNT


class _Remembered(BaseModel):
    """What a snapshot knows of its world, beside the rows."""

    clock: _ClockState
    counters: dict[str, _COUNT] = Field(default_factory=dict)
    snapshot: _Told


class Received:
    """A file that was found good."""

    def __init__(self, database: Database, told: _Remembered) -> None:
        self.database = database
        self.at = told.snapshot.at


def received(data: bytes, runtime: "Runtime") -> Received:
    """The world in a file, in a database of its own. Raises SnapshotRefused that says what is wrong with it."""
    if not data.startswith(_MAGIC):
        raise SnapshotRefused("the file is no SQLite database")
    draft, schema = Database(), schema_of(runtime)
    try:
        create_tables(draft, schema)
        with closing(Database.load(data)) as sent:
            _check_schema(sent, draft, fingerprint(schema))
            if not sent.is_sound():
                raise SnapshotRefused("the file is damaged: SQLite finds its pages or rows out of order")
            told = _remembered(sent)
            _copy(sent, draft, schema)
        memory.remember(draft, "schema", fingerprint(schema))
        memory.remember(draft, "clock", told.clock.model_dump())
        memory.remember(draft, "counters", told.counters)
        _check_kinds(draft, runtime)
    except BaseException as problem:
        draft.close()
        if isinstance(problem, sqlite3.Error | ValueError | MemoryError):  # a text that is none fails as a value
            raise SnapshotRefused(f"the file is damaged: {problem}") from problem
        raise
    return Received(draft, told)


def _check_schema(sent: Database, draft: Database, version: str) -> None:
    """The same tables and indexes as here, in the same words, and nothing beside them."""
    ours, theirs = draft.objects(), sent.objects()
    strange = next((each for each in sorted(theirs, key=str) if each[0] not in {"table", "index"}), None)
    if strange is not None:
        raise SnapshotRefused(f'the file has a {strange[0]} "{strange[1]}"; a snapshot has tables and indexes only')
    if not {each for each in ours if each[2] == Memory.name} <= theirs:
        raise SnapshotRefused("the file is no snapshot of mockserver")
    written = memory.recall(sent, "schema")
    if version != written:
        raise SnapshotRefused(
            f"the file was written by another version of mockserver, whose tables differ: {str(written)[:80]} there, "
            f"{version} here"
        )
    if ours != theirs:
        names = sorted({each[1] for each in ours ^ theirs})
        raise SnapshotRefused(f"the file does not define {', '.join(names[:5])} as this server does")


def _remembered(sent: Database) -> _Remembered:
    try:
        found = {key: memory.recall(sent, key) for key in _Remembered.model_fields}
        told = _Remembered.model_validate({key: value for key, value in found.items() if value is not None})
        if Clock.load(told.clock.model_dump()).timestamp() > LATEST.timestamp():
            raise SnapshotRefused(f"the file's clock has run past {LATEST:%Y}")
    except ValidationError as problem:
        faults = [f"{key_path(fault['loc'])}: {fault['msg']}" for fault in problem.errors(include_url=False)]
        raise SnapshotRefused(f"the file does not know its world: {'; '.join(faults[:5])}") from problem
    except ValueError as problem:
        raise SnapshotRefused(f"the file does not know its world: {problem}") from problem
    return told


def _copy(sent: Database, draft: Database, schema: Iterable[MetaData]) -> None:
    for table in (table for metadata in schema for table in metadata.sorted_tables if table is not Memory):
        draft.take(table, _checked_rows(sent, table))


def _checked_rows(sent: Database, table: Table) -> Iterator[Row]:
    checks = [(column.name, _check(column)) for column in table.columns]
    for row in sent.each(Statement(select(table))):
        for (name, fits), value in zip(checks, row, strict=True):
            if value is not None and not fits(value):
                raise SnapshotRefused(f"{table.name}.{name}: {str(value)[:80]!r} is no value for it")
        yield row


def _check(column: Column[Any]) -> Callable[[Any], bool]:
    """Whether a value is one that this server would have written there."""
    if isinstance(column.type, JSON):
        return _is_json
    for kind, stored in _STORED.items():
        if isinstance(column.type, kind):
            return lambda value: isinstance(value, stored)
    read = Statement(select(column)).tuples
    return lambda value: _can_be_read(read, [(value,)])


def _is_json(value: Any) -> bool:
    """A text; SQLite keeps a lone number as one."""
    return isinstance(value, int | float) or (isinstance(value, str) and _can_be_read(from_json, value))


def _can_be_read(read: Callable[[Any], object], value: Any) -> bool:
    try:
        read(value)
    except (ValueError, TypeError):
        return False
    return True


def _check_kinds(draft: Database, runtime: "Runtime") -> None:
    """Scheduled work and messages in batches are of kinds that somebody here can do."""
    for task in tasks(draft):
        provider = runtime.providers.get(task.provider)
        if provider is None or task.kind not in provider.tasks() or not isinstance(task.payload, dict):
            raise SnapshotRefused(f"scheduled work {task.id}: nobody here can do {task.kind!r} of {task.provider!r}")
    for message in draft.all(_SENT, {}):
        provider = runtime.providers.get(message.provider)
        if provider is None or (message.reference is not None and message.kind not in provider.batches()):
            raise SnapshotRefused(f"a message: nobody here writes {message.kind!r} of {message.provider!r}")
    for delivery in draft.all(_TOLD, {}):
        _check_delivery(delivery, runtime)


def _check_delivery(delivery: Any, runtime: "Runtime") -> None:
    try:
        known = _Delivery.model_validate(delivery)
    except ValidationError as problem:
        fault = problem.errors(include_url=False)[0]
        raise SnapshotRefused(f"webhook delivery {delivery.id}: {key_path(fault['loc'])}: {fault['msg']}") from problem
    if delivery.provider not in runtime.providers or (known.state == "waiting") == (delivery.due is None):
        raise SnapshotRefused(f"webhook delivery {delivery.id}: nobody here would have queued it")
