"""The log of messages is read along indexes, whatever it is narrowed to."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from shopify_app import database
from tests.admin.shop import ship
from tests.support import App

Sent = list[tuple[str, object]]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "ix_outbox_shop_id_created_at_id"),
        ("from=2026-11-01", "ix_outbox_shop_id_created_at_id"),
        ("state=unsettled", "ix_outbox_unsettled"),
        ("state=failed", "ix_outbox_unsettled"),
        ("q=%231", "ix_outbox_shop_id_order_id"),
        ("q=maren@example.com", "ix_outbox_shop_id_order_id"),
    ],
)
def test_the_log_is_read_along_an_index(query: str, index: str, app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    sent = asked(app, f"/messages?{query}")
    kinds = ("WITH", "SELECT outbox.event, outbox.state")
    rows = [(sql, values) for sql, values in sent if sql.endswith("OFFSET ?")]
    counts = [(sql, values) for sql, values in sent if sql.startswith(kinds)]
    badge = [(sql, values) for sql, values in sent if "count(*)" in sql and "IN ('failed'" in sql]
    assert len(rows) == len(counts) == len(badge) == 1
    assert index in plan_of(rows)
    assert index in plan_of(counts) or not query.startswith("q=")
    assert "ix_outbox_unsettled" in plan_of(badge)
    assert "SCAN outbox" not in plan_of(sent)


def asked(app: App, path: str) -> Sent:
    """What a page asks the database about messages."""
    sent: Sent = []

    def keep(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if "FROM outbox" in sql:
            sent.append((sql, values))

    event.listen(database.engine(), "after_cursor_execute", keep)
    try:
        app.visit(path)
    finally:
        event.remove(database.engine(), "after_cursor_execute", keep)
    return sent


def plan_of(sent: Sent) -> str:
    with database.reading() as session:
        driver = session.connection()
        plans = [
            driver.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            for sql, values in sent
        ]
    return str(plans)
