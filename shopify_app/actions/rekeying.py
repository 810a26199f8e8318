"""Bringing what is encrypted under an old key of ENCRYPTION_KEYS to the newest one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Table, Text, select, tuple_, type_coerce, update
from sqlalchemy.orm import Session

from shopify_app import crypto
from shopify_app.models import Base
from shopify_app.models.base import Encrypted
from shopify_app.tenants import across_shops

BATCH = 200


def tables() -> Iterator[tuple[Table, list[Column[str]]]]:
    """The tables that hold something encrypted, with those columns."""
    for table in Base.metadata.sorted_tables:
        secret = [column for column in table.c if isinstance(column.type, Encrypted)]
        if secret:
            yield table, secret


def check(session: Session) -> None:
    """Decrypt one value of each column. Raises crypto.CannotDecrypt if no key of ours fits."""
    for _, columns in tables():
        for column in columns:
            stored = type_coerce(column, Text)
            found = session.scalar(across_shops(select(stored).where(stored != "").limit(1)))
            if found:
                crypto.decrypt(found)


def renew(
    session: Session, table: Table, after: tuple[object, ...] | None, *, apply: bool
) -> tuple[tuple[object, ...] | None, int]:
    """Look at the next rows; returns where to go on (None: it was the end), and how many were old.

    Raises crypto.CannotDecrypt if a value is under no key that we have.
    """
    keys, secret = list(table.primary_key), _secret(table)
    raw: list[ColumnElement[str]] = [type_coerce(each, Text).label(each.name) for each in secret]
    wanted = select(*keys, *raw).order_by(*keys).limit(BATCH)
    if after is not None:
        wanted = wanted.where(tuple_(*keys) > tuple_(*after))
    rows = session.execute(across_shops(wanted.with_for_update())).all()
    old = 0
    for row in rows:
        values = _renewed(dict(zip([c.name for c in secret], row[len(keys) :], strict=True)))
        old += bool(values)
        if values and apply:
            same = [key == value for key, value in zip(keys, row, strict=False)]
            plain = {name: type_coerce(text, Text) for name, text in values.items()}
            session.execute(across_shops(update(table).where(*same).values(plain)))
    last = tuple(rows[-1][: len(keys)]) if len(rows) == BATCH else None
    return last, old


def _secret(table: Table) -> list[Column[str]]:
    return next(columns for each, columns in tables() if each is table)


def _renewed(values: dict[str, str]) -> dict[str, str]:
    """Those of the values that were under an old key, under the newest."""
    return {
        name: crypto.rotate(text)
        for name, text in values.items()
        if text and not crypto.is_current(text)
    }
