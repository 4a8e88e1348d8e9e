"""Where a workspace's snapshots lie: in memory, or as files beside the workspaces of a state folder."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Protocol

from mockserver.core.database import Database


class Shelf(Protocol):
    """Databases under names."""

    def names(self) -> list[str]: ...

    def size(self, name: str) -> int:
        """Bytes of a file that has it."""

    def keep(self, name: str, database: Database) -> None:
        """Put one there, in the place of its namesake; it belongs to the shelf from now on."""

    def opened(self, name: str) -> AbstractContextManager[Database]:
        """Lend one for reading."""

    def remove(self, name: str) -> None: ...

    def clear(self) -> None: ...

    def close(self) -> None:
        """The process ends; what survives it stays."""


class MemoryShelf:
    """Gone with the process."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, Database] = {}

    def names(self) -> list[str]:
        return sorted(self._kept)

    def size(self, name: str) -> int:
        return self._kept[name].size

    def keep(self, name: str, database: Database) -> None:
        before = self._kept.get(name)
        self._kept[name] = database
        if before is not None:
            before.close()

    @contextmanager
    def opened(self, name: str) -> Iterator[Database]:
        yield self._kept[name]

    def remove(self, name: str) -> None:
        self._kept.pop(name).close()

    def clear(self) -> None:
        for name in self.names():
            self.remove(name)

    def close(self) -> None:
        self.clear()


class FolderShelf:
    """One SQLite file for each. The folder is made with the first one."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._path.glob("*.sqlite"))

    def size(self, name: str) -> int:
        return self._file(name).stat().st_size

    def keep(self, name: str, database: Database) -> None:
        """In one step: whoever is killed on the way has the old file, or the new one."""
        self._path.mkdir(parents=True, exist_ok=True)
        draft = self._path / f"{name}.draft"
        with closing(database):
            draft.write_bytes(database.dump())
        draft.replace(self._file(name))

    @contextmanager
    def opened(self, name: str) -> Iterator[Database]:
        with closing(Database(self._file(name), read_only=True)) as database:
            yield database

    def remove(self, name: str) -> None:
        self._file(name).unlink()

    def clear(self) -> None:
        if self._path.exists():
            shutil.rmtree(self._path)

    def close(self) -> None:
        """Nothing of it is open."""

    def _file(self, name: str) -> Path:
        return self._path / f"{name}.sqlite"
