"""Rows of new orders before they are written: plain objects with the rules of their models.

SQLAlchemy keeps account of every change of its objects. Of an order that nobody knew there is
nothing to keep account of, and the account would cost more than all else: a draft has the
properties, methods and defaults of its model, and is written once, together with many others.
Whoever asks for drafts writes them before the transaction ends (`actions.holding.write_new`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, partial
from types import FunctionType
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import event, inspect
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


def new(model: type[Model], beside: object, **values: Any) -> Model:
    """A new row of the model; a draft if `beside`, which it belongs with, is one."""
    return (of(model) if isinstance(beside, Draft) else model)(**values)


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


@cache
def _class(model: type[Base]) -> type[Draft]:
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
    return type(f"New{model.__name__}", (Draft,), nothing | fixed | _rules(model) | own)


def _rules(model: type[Base]) -> dict[str, Any]:
    """The properties and methods of a model. Raises TypeError for what a draft cannot take over."""
    own = {name: member for name, member in vars(model).items() if not name.startswith("_")}
    for name, member in own.items():
        if isinstance(member, classmethod | staticmethod | cached_property):
            raise TypeError(f"a draft cannot have {name} as {model.__name__} has it")
    return {n: member for n, member in own.items() if isinstance(member, FunctionType | property)}
