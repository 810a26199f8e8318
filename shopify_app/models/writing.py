"""Writing many rows at once by the driver itself: COPY on PostgreSQL, one statement on SQLite.

By way of SQLAlchemy, which takes each value of each row by itself, it would last longer than all
else that is done to make them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Dialect, Table, func, insert, select
from sqlalchemy.exc import DBAPIError

from shopify_app.models.base import Base


def give_ids(connection: Connection, model: type[Base], rows: Sequence[Any]) -> None:
    """Give rows, before they are written, the ids that the database would give them."""
    for row, id_ in zip(rows, _next_ids(connection, model, len(rows)), strict=True):
        row.id = id_


def _next_ids(connection: Connection, model: type[Base], count: int) -> Iterable[int]:
    table = cast(Table, model.__table__)
    if connection.dialect.name == "sqlite":  # nobody else writes meanwhile
        last: int = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return range(last + 1, last + 1 + count)
    following = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return connection.scalars(select(following).select_from(func.generate_series(1, count)))


def write(connection: Connection, model: type[Base], rows: Sequence[Any]) -> None:
    """Write new rows of one model, those without an id but for that. Raises SQLAlchemy's errors."""
    if not rows:
        return
    into = _into(model, connection.dialect, numbered=getattr(rows[0], "id", None) is not None)
    values = map(into.values, rows)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(into.insert, list(values))
    else:
        _copy(connection, into.copy, values)


def _copy(connection: Connection, statement: sql.Composed, rows: Iterable[Sequence[Any]]) -> None:
    cursor: psycopg.Cursor[Any] = connection.connection.cursor()  # type: ignore[assignment]
    try:
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raised = DBAPIError.instance("COPY", None, error, psycopg.Error, hide_parameters=True)
        raise raised from error


@dataclass(frozen=True)
class _Into:
    """How rows of one table are written."""

    insert: str
    copy: sql.Composed
    get: Callable[[object], tuple[Any, ...]]
    processors: Sequence[tuple[int, Callable[[Any], Any]]]

    def values(self, row: object) -> tuple[Any, ...]:
        """The row's values, as the driver takes them."""
        values = list(self.get(row))
        for place, process in self.processors:
            values[place] = process(values[place])
        return tuple(values)


@cache
def _into(model: type[Base], dialect: Dialect, *, numbered: bool) -> _Into:
    table = cast(Table, model.__table__)
    columns = [c for c in table.c if numbered or c is not table.autoincrement_column]
    names = [column.name for column in columns]
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    identifiers = sql.SQL(", ").join(map(sql.Identifier, names))
    return _Into(
        insert=str(insert(table).values(dict.fromkeys(names)).compile(dialect=dialect)),
        copy=sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), identifiers),
        get=attrgetter(*names),
        processors=[(place, process) for place, process in enumerate(processors) if process],
    )
