"""Every query names its shop: one that does not is refused before it reaches the database.

A table belongs to shops if it has a column `shop_id`. A statement that touches such a table has to
compare that column, or say `across_shops()`, which is for the claims of jobs alone.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause

_OPTION = "across_shops"
_checked: set[Any] = set()
_MOST_REMEMBERED = 2_000

T = TypeVar("T", bound=Executable)


class UnnamedShop(Exception):
    """A query reached for rows of shops without saying whose."""


def across_shops(statement: T) -> T:
    """Let this statement see the rows of every shop. For claims of jobs, never for a page."""
    return statement.execution_options(**{_OPTION: True})


def guard(session_class: type[Session]) -> None:
    """Refuse statements of this session class that do not name their shop."""
    from sqlalchemy import event

    event.listen(session_class, "do_orm_execute", _refuse_unnamed)


def _refuse_unnamed(state: ORMExecuteState) -> None:
    own_row = state.is_column_load or state.is_relationship_load
    if own_row or state.is_insert or state.execution_options.get(_OPTION):
        return
    # The walk costs as much as a small query, so a statement's shape is looked at once.
    key = state.statement._generate_cache_key()  # type: ignore[attr-defined]
    shape = key.key if key else None
    if shape is not None and shape in _checked:
        return
    unnamed = _tables_without_shop(state.statement)
    if unnamed:
        raise UnnamedShop(f"a query on {', '.join(sorted(unnamed))} names no shop")
    if shape is not None and len(_checked) < _MOST_REMEMBERED:
        _checked.add(shape)


def _tables_without_shop(statement: Executable) -> set[str]:
    seen: set[str] = set()
    named: set[str] = set()
    for element in visitors.iterate(statement):  # type: ignore[arg-type]
        if isinstance(element, Table) and "shop_id" in element.c:
            seen.add(element.name)
        elif isinstance(element, BinaryExpression):
            named.update(_shops_compared(element))
    return seen - named


def _shops_compared(comparison: BinaryExpression[Any]) -> list[str]:
    sides = (comparison.left, comparison.right)
    return [
        str(getattr(side.table, "name", ""))
        for side in sides
        if isinstance(side, ColumnClause) and side.name == "shop_id" and side.table is not None
    ]
