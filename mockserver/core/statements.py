"""Statements that are built once, as module constants, and run on the driver's own connection.

SQLAlchemy builds them over the tables' columns and converts the values; running them by hand takes 3 to 5
microseconds where a SQLAlchemy execution takes 15 to 20, and an ordinary call runs three or four.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import JSON, Select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

DIALECT = sqlite_dialect(
    paramstyle="named", json_serializer=lambda value: to_json(value).decode(), json_deserializer=from_json
)

Convert = Callable[[Any], Any]
Row = tuple[Any, ...]


class Statement:
    """One statement: its SQL, and how values go to the driver and come back. Compiled when it is first used.

    Parameters that are lists (`IN`) are not for here.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        self._statement = statement
        self._columns = list(statement.selected_columns) if isinstance(statement, Select) else []

    @cached_property
    def sql(self) -> str:
        return str(self._compiled)

    def parameters(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values as the driver takes them."""
        if self._constants:
            values = {**self._constants, **values}
        if not self._to_driver:
            return values
        return {**values, **{name: convert(values[name]) for name, convert in self._to_driver.items()}}

    def tuples(self, found: Iterable[Row]) -> list[Row]:
        """What the driver found, as plain tuples of Python values."""
        rows = list(found)
        if not self._from_driver or not rows:
            return rows
        columns: list[Iterable[Any]] = list(
            zip(*rows, strict=True)
        )  # by columns: a page has more rows than columns to convert
        for place, convert in self._from_driver.items():
            columns[place] = [None if value is None else convert(value) for value in columns[place]]
        return list(zip(*columns, strict=True))

    def rows(self, found: Iterable[Row]) -> list[Any]:
        """The same as named tuples, by the names of the selected columns."""
        return list(map(self._named, self.tuples(found)))

    @cached_property
    def _compiled(self) -> Compiled:
        return self._statement.compile(dialect=DIALECT)

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return {name: bind.value for name, bind in self._binds.items() if not bind.required}

    @cached_property
    def _to_driver(self) -> dict[Any, Convert]:
        return _converters({name: bind.type for name, bind in self._binds.items()}, _converter_to_driver)

    @cached_property
    def _from_driver(self) -> dict[Any, Convert]:
        return _converters({place: column.type for place, column in enumerate(self._columns)}, _converter_from_driver)

    @cached_property
    def _named(self) -> Callable[[Iterable[Any]], Any]:
        return _row_type(self._columns)

    @property
    def _binds(self) -> Mapping[str, Any]:
        binds: Mapping[str, Any] = self._compiled.binds  # type: ignore[attr-defined] # of its SQL compiler
        return binds


def _row_type(columns: Sequence[Any]) -> Callable[[Iterable[Any]], Any]:
    names = [column.key or "value" for column in columns]
    row = namedtuple("Row", names, rename=True)  # type: ignore[misc] # noqa: PYI024 - the statement names them
    return row._make


def _converter_to_driver(kind: TypeEngine[Any]) -> Convert | None:
    return kind.dialect_impl(DIALECT).bind_processor(DIALECT)


def _converter_from_driver(kind: TypeEngine[Any]) -> Convert | None:
    if isinstance(kind, JSON):
        return _read_json
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, None)


def _read_json(stored: Any) -> Any:
    """What SQLAlchemy's own comes to, after two calls in between. SQLite keeps a lone number as one."""
    return from_json(stored) if isinstance(stored, str) else stored


def _converters(
    kinds: Mapping[Any, TypeEngine[Any]], find: Callable[[TypeEngine[Any]], Convert | None]
) -> dict[Any, Convert]:
    found = {key: find(kind) for key, kind in kinds.items()}
    return {key: convert for key, convert in found.items() if convert is not None}
