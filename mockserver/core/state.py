"""The folder in which workspaces survive the process: one SQLite file for each."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import MetaData

from mockserver.core import memory
from mockserver.core.database import Database, fingerprint
from mockserver.core.shelves import FolderShelf
from mockserver.core.workspace import NAME

_LOCK = "in-use.lock"


class StateRefused(Exception):  # noqa: N818 - what happened, in words
    """The folder cannot be used as it is; nothing in it was changed."""


class StateFolder:
    """A folder that one server uses at a time. Raises StateRefused while another does."""

    def __init__(self, path: Path, schema: Sequence[MetaData]) -> None:
        self._path = path
        self._schema = fingerprint(schema)
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _claim(path)

    def names(self) -> Iterator[str]:
        """The workspaces that are here already."""
        return (path.stem for path in sorted(self._path.glob("*.sqlite")) if NAME.fullmatch(path.stem))

    def open(self, name: str) -> Database:
        """The database of a workspace, empty if it is new. A file with other tables is refused, and not touched."""
        path = self._path / f"{name}.sqlite"
        if path.exists() and not self._is_ours(path):
            raise StateRefused(
                f"{path}: written by another version of mockserver, whose tables differ, or by something else; "
                "move it away, or start that version"
            )
        return Database(path)

    def shelf(self, name: str) -> FolderShelf:
        """Where the snapshots of a workspace lie: in a folder of their own, so that none is taken for a workspace."""
        return FolderShelf(self._path / "snapshots" / name)

    def delete(self, name: str) -> None:
        for path in self._path.glob(f"{name}.sqlite*"):
            path.unlink()

    def close(self) -> None:
        self._lock.close()

    def _is_ours(self, path: Path) -> bool:
        """Whether a file is empty, or has these very tables."""
        try:
            with closing(Database(path, read_only=True)) as database:
                return database.is_empty() or bool(memory.recall(database, "schema") == self._schema)
        except (sqlite3.DatabaseError, ValueError):  # whatever is wrong with the file, it is not one of ours
            return False


def _claim(path: Path) -> sqlite3.Connection:
    """Hold the folder until the process ends, however it ends: SQLite's own lock does that on every system."""
    try:
        lock = sqlite3.connect(path / _LOCK, timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise StateRefused(f"{path}: cannot be used: {error}") from error
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        taken = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
        raise StateRefused(f"{path}: another server uses it" if taken else f"{path}: cannot be used: {error}") from error
    return lock
