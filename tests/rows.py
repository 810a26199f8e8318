"""All that is kept of one shop, to see that somebody else's work changed none of it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, select

from shopify_app import database
from shopify_app.models import Base, Calls, CarrierAccount, Inbox, Shop
from tests.support import SHOP_IDS

Rows = dict[str, list[str]]
NOBODYS = {"stoppings", "unknown_words"}
"""Tables whose rows are of no shop."""


def of_shop(domain: str) -> Rows:
    """Every row of a shop by its table."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.connection().execute(select(table).where(whose))))
            for table in Base.metadata.sorted_tables
            if (whose := belongs(table, domain)) is not None
        }


def belongs(table: Table, domain: str) -> ColumnElement[bool] | None:
    """What is true of a shop's rows in a table; None for one that nobody can say it of."""
    shop_id = SHOP_IDS[domain]
    if "shop_id" in table.c:
        return table.c.shop_id == shop_id
    own = select(CarrierAccount.id).where(CarrierAccount.owner_id == shop_id)
    return {
        Shop.__tablename__: table.c.get("id") == shop_id,
        Inbox.__tablename__: table.c.get("account") == domain,
        CarrierAccount.__tablename__: table.c.get("owner_id") == shop_id,
        Calls.__tablename__: table.c.account_id.in_(own) if "account_id" in table.c else None,
    }.get(table.name)


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables in which something is different."""
    return {name for name in before | after if before.get(name) != after.get(name)}
