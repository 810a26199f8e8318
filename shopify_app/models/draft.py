"""Rows of new orders before they are written: plain objects with the rules of their models.

SQLAlchemy keeps account of every change of its objects. Of an order that nobody knew there is
nothing to keep account of, and the account would cost more than all else: a draft has the
properties, methods and defaults of its model, and is written once, together with many others.
Whoever asks for drafts writes them before the transaction ends (`actions.holding.write_new`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import attrgetter
from types import FunctionType
from typing import Any, ClassVar, TypeVar, cast

import psycopg
import psycopg.sql
from sqlalchemy import Connection, Dialect, Table, event, func, insert, inspect, select
from sqlalchemy.orm import Session

from shopify_app.models.base import Base, defaults

WAITING = "drafts that wait to be written"

Model = TypeVar("Model", bound=Base)


class Draft:
    """What the drafts of all models have in common."""

    _made: ClassVar[dict[str, Callable[[], Any]]]
    """What each draft has one of its own of: lists and dicts."""
    _children: ClassVar[dict[str, str]]
    """The lists of what belongs to it, and by what name it is known there."""

    def __init__(self, **values: Any) -> None:
        own = self.__dict__
        for name, make in self._made.items():
            own[name] = make()
        for name, parent in self._children.items():
            own[name] = _Children(self, parent)
        own |= values


class _Children(list[Draft]):
    """What belongs to a draft: who is added knows where it belongs."""

    def __init__(self, owner: Draft, name: str) -> None:
        super().__init__()
        self.owner, self.name = owner, name

    def append(self, row: Draft) -> None:
        super().append(row)
        setattr(row, self.name, self.owner)


def of(model: type[Model]) -> type[Model]:
    """The class of the model's drafts."""
    return cast(type[Model], _class(model))


def beside(row: object, model: type[Model]) -> type[Model]:
    """The model, or the class of its drafts if `row`, which belongs with the new one, is one."""
    return of(model) if isinstance(row, Draft) else model


def keep(session: Session, row: object) -> None:
    """Add a new row to the session, or a draft to those that wait to be written."""
    if isinstance(row, Draft):
        session.info.setdefault(WAITING, []).append(row)
    else:
        session.add(row)


def take(session: Session, model: type[Model]) -> list[Model]:
    """The drafts of a model that wait to be written; they wait no more."""
    waiting = session.info.get(WAITING, [])
    taken = [row for row in waiting if isinstance(row, of(model))]
    session.info[WAITING] = [row for row in waiting if not isinstance(row, of(model))]
    return taken


@event.listens_for(Session, "before_commit")
def _lose_none(session: Session) -> None:
    if session.info.get(WAITING):
        raise RuntimeError("there are drafts that nobody has written")


def number(session: Session, model: type[Base], rows: Sequence[Any]) -> None:
    """Give drafts the ids that the database would give them."""
    for row, id_ in zip(rows, _next_ids(session.connection(), model, len(rows)), strict=True):
        row.id = id_


def _next_ids(connection: Connection, model: type[Base], count: int) -> Iterable[int]:
    table = cast(Table, model.__table__)
    if connection.dialect.name == "sqlite":  # nobody else writes meanwhile
        last: int = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return range(last + 1, last + 1 + count)
    following = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return connection.scalars(select(following).select_from(func.generate_series(1, count)))


def write(session: Session, model: type[Base], rows: Sequence[Any]) -> None:
    """Write drafts of one model, all at once."""
    if not rows:
        return
    connection = session.connection()
    into = _into(model, connection.dialect, numbered=getattr(rows[0], "id", None) is not None)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(into.insert, [into.values(row) for row in rows])
        return
    cursor = cast(psycopg.Cursor[Any], connection.connection.cursor())
    with cursor.copy(into.copy) as copy:
        for row in rows:
            copy.write_row(into.values(row))


@dataclass(frozen=True)
class _Into:
    """How rows of one table are written by the driver itself.

    By way of SQLAlchemy, which takes each value by itself, that would last longer than all else.
    """

    insert: str
    copy: psycopg.sql.Composed
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
    identifiers = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, names))
    return _Into(
        insert=str(insert(table).values(dict.fromkeys(names)).compile(dialect=dialect)),
        copy=psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(
            psycopg.sql.Identifier(table.name), identifiers
        ),
        get=attrgetter(*names),
        processors=[(place, process) for place, process in enumerate(processors) if process],
    )


@cache
def _class(model: type[Base]) -> type[Draft]:
    rules = {
        name: member
        for name, member in vars(model).items()
        if isinstance(member, FunctionType | property) and not name.startswith("__")
    }
    relations = inspect(model).relationships
    many = [
        (name, relation.back_populates) for name, relation in relations.items() if relation.uselist
    ]
    made: dict[str, Callable[[], Any]] = {name: list for name, parent in many if not parent}
    made |= {
        name: partial(default.arg, None) for name, default in defaults(model) if default.is_callable
    }
    nothing = dict.fromkeys([*inspect(model).columns.keys(), *relations.keys()])
    fixed = {name: default.arg for name, default in defaults(model) if not default.is_callable}
    own = {"_made": made, "_children": {name: parent for name, parent in many if parent}}
    return type(f"New{model.__name__}", (Draft,), nothing | fixed | rules | own)
