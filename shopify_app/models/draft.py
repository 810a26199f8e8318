"""Rows of new orders before they are written: plain objects with the rules of their models.

SQLAlchemy keeps account of every change of its objects. Of an order that nobody knew there is
nothing to keep account of, and the account would cost more than all else: a draft has the
properties, methods and defaults of its model, and is written once, together with many others.
Whoever asks for drafts writes them before the transaction ends (`actions.orders.write_new`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from operator import attrgetter
from types import FunctionType
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import Table, event, insert, inspect
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


def write(session: Session, model: type[Base], rows: Sequence[object]) -> None:
    """Insert drafts of one model, all at once."""
    if rows:
        session.execute(insert(cast(Table, model.__table__)), _values(model, rows))


def write_and_number(session: Session, model: type[Base], rows: Sequence[Any]) -> None:
    """The same; they then have the ids that the database gave them."""
    if not rows:
        return
    table = cast(Table, model.__table__)
    inserted = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    for row, id_ in zip(rows, session.scalars(inserted, _values(model, rows)), strict=True):
        row.id = id_


def _values(model: type[Base], rows: Sequence[object]) -> list[dict[str, Any]]:
    names, get = _columns(model)
    return [dict(zip(names, get(row), strict=True)) for row in rows]


@cache
def _columns(model: type[Base]) -> tuple[Sequence[str], Callable[[object], tuple[Any, ...]]]:
    """The columns that a draft fills in, and what reads them all."""
    table = cast(Table, model.__table__)
    names = [column.name for column in table.c if column is not table.autoincrement_column]
    return names, attrgetter(*names)


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
