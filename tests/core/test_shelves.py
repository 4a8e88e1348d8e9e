"""Shelves: what lies on one, and what a death leaves there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.core import memory
from mockserver.core.database import Database, create_tables
from mockserver.core.shelves import FolderShelf, MemoryShelf, Shelf
from mockserver.core.tables import METADATA


def note(text: str) -> Database:
    """A small database that remembers a text."""
    database = Database()
    create_tables(database, [METADATA])
    memory.remember(database, "note", text)
    return database


def read(shelf: Shelf, name: str) -> str:
    with shelf.opened(name) as database:
        return str(memory.recall(database, "note"))


@pytest.fixture(params=[lambda _: MemoryShelf(), FolderShelf], ids=["memory", "folder"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    make: Callable[[Path], Shelf] = request.param
    made = make(tmp_path / "deep" / "shelf")
    yield made
    made.close()


def test_an_empty_shelf_has_no_names_and_can_be_cleared(shelf: Shelf) -> None:
    shelf.clear()

    assert [] == shelf.names()


def test_what_is_put_there_is_lent(shelf: Shelf) -> None:
    shelf.keep("b", note("first"))
    shelf.keep("a", note("second"))

    assert ["a", "b"] == shelf.names()
    assert ("second", "first") == (read(shelf, "a"), read(shelf, "b"))
    assert 0 < shelf.size("a") == shelf.size("b")


def test_a_namesake_takes_the_place(shelf: Shelf) -> None:
    shelf.keep("a", note("first"))
    shelf.keep("a", note("second"))

    assert (["a"], "second") == (shelf.names(), read(shelf, "a"))


def test_what_is_removed_is_gone(shelf: Shelf) -> None:
    for name in "abc":
        shelf.keep(name, note(name))
    shelf.remove("b")
    left = shelf.names()
    shelf.clear()

    assert ["a", "c"] == left
    assert [] == shelf.names()


def test_a_death_on_the_way_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = FolderShelf(tmp_path)
    shelf.keep("a", note("old"))

    def killed(self: Path, target: Path) -> None:
        raise KeyboardInterrupt(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        shelf.keep("a", note("new"))

    assert (["a"], "old") == (shelf.names(), read(shelf, "a"))
    assert ["a.draft", "a.sqlite"] == sorted(path.name for path in tmp_path.iterdir())


def test_files_are_whole_without_a_log_beside_them(tmp_path: Path) -> None:
    state = Database(tmp_path / "state.sqlite")
    with_log = Database()
    with_log.copy_from(state)
    FolderShelf(tmp_path / "shelf").keep("a", with_log)
    state.close()

    assert ["a.sqlite"] == [path.name for path in (tmp_path / "shelf").iterdir()]
