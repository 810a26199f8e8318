"""Who looked at personal data is on record, and the record holds none."""

from __future__ import annotations

import logging

import pytest

from tests import payloads
from tests.support import SHOP_IDS, App, id_token


def test_who_saw_an_order_is_logged_without_what_they_saw(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.house.record(payloads.fulfilled_order())
    caplog.set_level(logging.INFO, "retrack.access")
    app.visit(f"/orders/{payloads.ORDER}")
    app.visit("/orders?q=maren.oakdale@example.com")
    app.visit("/settings")
    app.visit("/orders/404")
    said = [record.getMessage() for record in caplog.records if record.name == "retrack.access"]
    who = f"shop {SHOP_IDS['alice.myshopify.com']}, user 42"
    assert said == [f"{who}: /orders/{payloads.ORDER}", f"{who}: /orders"]
    assert id_token(app.house.clock.now) not in caplog.text
