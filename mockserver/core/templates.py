"""Worlds that workspaces are copied from: the start-up fixtures, and further sets of fixtures, planted once each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockserver.core import memory
from mockserver.core.database import Database, create_tables, fingerprint
from mockserver.core.fixtures import find_set, plant
from mockserver.core.tables import METADATA
from mockserver.core.workspace import DEFAULT, Workspace

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from mockserver.core.runtime import Runtime

MOST = 10
"""Further templates that are kept; the one used last is planted anew last."""

START: tuple[str, ...] = ()
"""The name of the start-up fixtures among the templates."""


class Templates:
    """The templates by the names of their sets."""

    def __init__(self, runtime: "Runtime", start: Database) -> None:
        self._runtime = runtime
        self._start = start
        self._planted: dict[tuple[str, ...], Database] = {}

    def get(self, names: Sequence[str]) -> Database:
        """The world of these sets; of none, that of the start.

        Planting takes as long as the sets are large. A set that is not there: ValueError; with faults: FixtureFaults.
        """
        sets = tuple(names)
        if sets == START:
            return self._start
        template = self._planted.pop(sets, None) or self._plant(sets)
        self._planted[sets] = template
        if len(self._planted) > MOST:
            self._planted.pop(next(iter(self._planted))).close()
        return template

    def close(self) -> None:
        for template in (self._start, *self._planted.values()):
            template.close()

    def _plant(self, sets: tuple[str, ...]) -> Database:
        found = [find_set(name) for name in sets]
        template = new_template(self._runtime)
        try:
            plant(template, found)
        except BaseException:
            template.database.close()
            raise
        return template.database


def new_template(runtime: "Runtime") -> Workspace:
    """An empty world in memory with all tables, for fixtures to be planted in and workspaces to be copied from."""
    database = Database()
    create_tables(database, schema_of(runtime))
    memory.remember(database, "schema", fingerprint(schema_of(runtime)))
    return Workspace(runtime, DEFAULT, database)


def schema_of(runtime: "Runtime") -> "list[MetaData]":
    return [METADATA, *(provider.schema for provider in runtime.providers.values())]
