"""Every query names its shop: one that does not is refused before it reaches the database.

A table belongs to shops if it has a column `shop_id`. A statement that touches such a table has to
compare that column, list pairs that each name a shop (`(shop_id, id) IN ...`), or say
`across_shops()`, which is for the claims of jobs alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import operators
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    ClauseElement,
    ColumnClause,
    Tuple,
)
from sqlalchemy.sql.selectable import SelectBase

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


def _tables_without_shop(statement: Any, around: frozenset[str] = frozenset()) -> set[str]:
    """The tables of shops in a statement that are bound to one shop neither directly nor by a join.

    A table is bound where its `shop_id` equals a value; equality with a bound one's binds it too.
    Each select within is held to that by itself, but for the tables `around` it that it refers to.
    """
    seen: set[str] = set()
    bound: set[str] = set()
    joined: list[set[str]] = []
    within: list[SelectBase] = []
    for element in _own_elements(statement):
        if isinstance(element, SelectBase):
            within.append(element)
        elif isinstance(element, Table) and "shop_id" in element.c:
            seen.add(element.name)
        elif isinstance(element, BinaryExpression) and element.operator is operators.eq:
            tables = _shops_compared(element)
            if len(tables) == 1 and _has_value(element):
                bound |= tables
            elif len(tables) == 2:
                joined.append(tables)
        elif isinstance(element, BinaryExpression) and element.operator is operators.in_op:
            bound |= _shops_listed(element)
    own = seen - around or seen
    unnamed = own - _spread(bound | (seen - own), joined)
    return unnamed.union(*(_tables_without_shop(each, around | own) for each in within))


def _own_elements(statement: ClauseElement) -> Iterator[ClauseElement]:
    """The elements of a statement, each select within it as one."""
    for child in statement.get_children():
        yield child
        if not isinstance(child, SelectBase):
            yield from _own_elements(child)


def _spread(bound: set[str], joined: list[set[str]]) -> set[str]:
    for _ in joined:
        bound = bound.union(*(tables for tables in joined if tables & bound))
    return bound


def _shops_compared(comparison: BinaryExpression[Any]) -> set[str]:
    return _tables_of_shop_id((comparison.left, comparison.right))


def _shops_listed(comparison: BinaryExpression[Any]) -> set[str]:
    """The tables of which each listed pair names the shop."""
    pairs = isinstance(comparison.left, Tuple) and isinstance(comparison.right, BindParameter)
    return _tables_of_shop_id(comparison.left.clauses) if pairs else set()


def _tables_of_shop_id(found: Iterable[Any]) -> set[str]:
    return {
        str(getattr(each.table, "name", ""))
        for each in found
        if isinstance(each, ColumnClause) and each.name == "shop_id" and each.table is not None
    }


def _has_value(comparison: BinaryExpression[Any]) -> bool:
    return any(isinstance(side, BindParameter) for side in (comparison.left, comparison.right))
