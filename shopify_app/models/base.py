"""What all rows share: the declarative base and the types of columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnDefault,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Text,
    event,
    inspect,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from shopify_app import crypto
from shopify_app.domain.facts import plain

# Processors rather than SQLAlchemy's `process_bind_param`: a row has dozens of values, and each
# would go through two calls more.
Value = TypeVar("Value")
Processor = Callable[[Value | None], Any]


def _moment(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC)


_WITHOUT_ZONE = len("2026-11-24 12:00:00.000000")


def _moment_as_text(value: datetime | None) -> str | None:
    moment = value if value is None or value.tzinfo is UTC else _moment(value)
    return moment.isoformat(" ", "microseconds")[:_WITHOUT_ZONE] if moment else None


def _text_as_moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database on every backend."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor[datetime]:
        return _moment_as_text if dialect.name == "sqlite" else _moment

    def result_processor(self, dialect: Dialect, _coltype: object) -> Processor[Any]:
        return _text_as_moment if dialect.name == "sqlite" else _moment


class Encrypted(TypeDecorator[str]):
    """A text that stands encrypted in the database. An empty one stays empty."""

    impl = Text
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Processor[str]:
        return lambda value: crypto.encrypt(value) if value else value

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Processor[str]:
        return lambda value: crypto.decrypt(value) if value else value


class Plain(TypeDecorator[str]):
    """A text without the signs that a database refuses."""

    impl = Text
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Processor[str]:
        return lambda value: plain(value) if value else value


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        str: Plain,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


@event.listens_for(Base, "init", propagate=True)
def _take_defaults(row: Base, _args: tuple[Any, ...], _values: dict[str, Any]) -> None:
    """A new row has its defaults at once, so that rules can ask it before it is written.

    They are laid into it as a row read from the database is: set one by one they would cost more
    than all else of a new order. What the row is made with is set over them.
    """
    state = row.__dict__
    for name, default in defaults(type(row)):
        state[name] = default.arg(None) if default.is_callable else default.arg


@cache
def defaults(model: type[Base]) -> list[tuple[str, ColumnDefault]]:
    """The columns of a model that have a default, each with it."""
    columns = inspect(model).columns.items()
    return [(name, c.default) for name, c in columns if isinstance(c.default, ColumnDefault)]


_Big = BigInteger().with_variant(Integer, "sqlite")

ShopifyId = Annotated[int, mapped_column(BigInteger)]
"""An id that Shopify gave: 64 bits."""
RowId = Annotated[int, mapped_column(_Big, primary_key=True, autoincrement=True)]
"""An id that the database gives."""
Secret = Annotated[str, mapped_column(Encrypted, default="")]
"""A text that is encrypted at rest."""
Word = Annotated[str, mapped_column(default="")]
"""A text, empty where nothing is known."""
