"""Copying the rows of one database into another, as from SQLite to PostgreSQL.

All or nothing: the target is written in one transaction. What is encrypted is copied as it stands,
so the other installation needs the same ENCRYPTION_KEYS and SECRET_KEY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from shopify_app import database
from shopify_app.models import Base
from shopify_app.models.base import Encrypted
from shopify_app.sqlite import READ_ONLY

AT_ONCE = 1000
_EVERY = true()


class NotCopied(Exception):
    """Nothing was copied; the message says why."""


def copy(source: Engine, url: str, shop_id: int | None = None) -> dict[str, int]:
    """Copy every row, or those of one shop, to the database at `url`; how many, by table.

    The target is brought to our schema, and has to be empty. On SQLite nobody writes into the
    source meanwhile; elsewhere it is read as it is at one moment. Raises NotCopied, Newer.
    """
    target = database.make_engine(url)
    if target.url == source.url:
        raise NotCopied("the target is the database itself")
    try:
        database.migrate(url)
        with _reading(source) as old, database.write_lock(target), target.begin() as new:
            return _copy(old, new, shop_id)
    finally:
        target.dispose()


def _copy(old: Connection, new: Connection, shop_id: int | None) -> dict[str, int]:
    full = [table.name for table in _tables() if _count(new, table)]
    if full:
        raise NotCopied(f"the target is not empty: it has rows in {', '.join(full)}")
    wanted = {table: _wanted(table, shop_id) for table in _tables()}
    return {
        table.name: _copy_table(old, new, table, of_it)
        for table, of_it in wanted.items()
        if of_it is not None
    }


@contextmanager
def _reading(source: Engine) -> Iterator[Connection]:
    """One view of the source, however long the copying takes."""
    if source.dialect.name == "sqlite":
        options: dict[str, Any] = {READ_ONLY: True}
    else:
        options = {"isolation_level": "REPEATABLE READ"}
    with (
        database.write_lock(source),
        source.connect().execution_options(**options, yield_per=AT_ONCE) as connection,
    ):
        if source.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        yield connection


def _tables() -> list[Table]:
    """Our tables, those first that others point to; what is encrypted in them is plain text."""
    plain = MetaData()
    for table in Base.metadata.tables.values():
        for column in table.to_metadata(plain).columns:
            if isinstance(column.type, Encrypted):
                column.type = Text()
    return plain.sorted_tables


def _wanted(table: Table, shop_id: int | None) -> ColumnElement[bool] | None:
    """Which rows of the table are copied; None if none of its rows is a shop's."""
    if shop_id is None:
        return _EVERY
    if "shop_id" in table.c:
        return table.c.shop_id == shop_id
    whose = _WHOSE.get(table.name)
    return whose(table, shop_id) if whose else None


def _accounts(table: Table, shop_id: int) -> ColumnElement[bool]:
    """The installation's own accounts look at the shop's parcels as well."""
    return or_(table.c.owner_id == shop_id, table.c.owner_id.is_(None))


def _calls(table: Table, shop_id: int) -> ColumnElement[bool]:
    accounts = table.metadata.tables["carrier_accounts"]
    return table.c.account_id.in_(select(accounts.c.id).where(_accounts(accounts, shop_id)))


def _inbox(table: Table, shop_id: int) -> ColumnElement[bool]:
    """What came under the shop's names, and what was pushed to its own accounts."""
    shops, accounts = (table.metadata.tables[name] for name in ("shops", "carrier_accounts"))
    names = (
        select(column).where(shops.c.id == shop_id, column != "")
        for column in (shops.c.domain, shops.c.former_domain)
    )
    own = select(accounts.c.id).where(accounts.c.owner_id == shop_id)
    return or_(*(table.c.account.in_(each) for each in (*names, own)))


_WHOSE: dict[str, Callable[[Table, int], ColumnElement[bool]]] = {
    "shops": lambda table, shop_id: table.c.id == shop_id,
    "carrier_accounts": _accounts,
    "calls": _calls,
    "inbox": _inbox,
}
"""Which rows are a shop's in the tables that do not say it by `shop_id`."""


def _copy_table(old: Connection, new: Connection, table: Table, wanted: ColumnElement[bool]) -> int:
    """Copy the rows of one table; raises NotCopied if they are not as many in the end."""
    loops = [key.parent for key in table.foreign_keys if key.column.table is table]
    later = dict.fromkeys((column.name for column in loops), None)
    rows = old.execute(select(table).where(wanted).order_by(*table.primary_key)).mappings()
    for batch in rows.partitions(AT_ONCE):
        new.execute(insert(table), [{**row, **later} for row in batch])
    for column in loops:
        _point(old, new, column, wanted)
    _go_on_counting(new, table)
    before, after = _count(old, table, wanted), _count(new, table)
    if before != after:
        raise NotCopied(f"{table.name} has {after} rows of {before}")
    return after


def _point(
    old: Connection, new: Connection, column: Column[Any], wanted: ColumnElement[bool]
) -> None:
    """Let the rows of a table that point to others of it do so, now that all are there."""
    [key] = column.table.primary_key
    pointing = select(key.label("row"), column.label("to")).where(wanted, column.is_not(None))
    point = update(column.table).where(key == bindparam("row")).values({column: bindparam("to")})
    for batch in old.execute(pointing).mappings().partitions(AT_ONCE):
        new.execute(point, [dict(each) for each in batch])


def _go_on_counting(new: Connection, table: Table) -> None:
    """PostgreSQL gives the next row the number after the last one of ours."""
    column = table.autoincrement_column
    if new.dialect.name != "postgresql" or column is None:
        return
    sequence = new.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    last = new.scalar(select(func.max(column)))
    if sequence and last:
        new.execute(select(func.setval(sequence, last)))


def _count(connection: Connection, table: Table, wanted: ColumnElement[bool] = _EVERY) -> int:
    counted: Select[Any] = select(func.count()).select_from(table).where(wanted)
    return int(connection.scalar(counted) or 0)
