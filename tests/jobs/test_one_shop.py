"""What goes wrong with one shop keeps no other from its turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from shopify_app import database
from shopify_app.jobs import bulk, retain
from shopify_app.models import Shop
from shopify_app.shopify import tokens
from tests.support import ALICE, BOB, NOON, SHOP_IDS, House

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = ("tidy_at", "retime_at", "digest_at", "token_due_at")


@pytest.fixture
def due(house: House) -> House:
    """All is due for both shops, and first for Alice, whose row no key opens."""
    for domain, at in ((ALICE, NOON - HOUR), (BOB, NOON)):
        house.change_shop(domain, digest="daily", reconcile_at=at, **dict.fromkeys(DUE, at))
    with database.writing() as session:
        unreadable = text("UPDATE shops SET access_token = 'unreadable' WHERE domain = :domain")
        session.execute(unreadable, {"domain": ALICE})
    return house


def test_a_shop_that_cannot_be_read_is_put_off_and_the_others_have_their_turn(
    due: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    renewed: list[int] = []
    monkeypatch.setattr(tokens, "keep", renewed.append)
    bulk.run()
    other = due.shop(BOB)
    assert (other.tidy_at, other.retime_at) == (NOON + DAY, None)
    assert (other.digest_at, other.reconcile_at) == (NOON + HOUR, NOON + HOUR)
    assert renewed == [SHOP_IDS[ALICE], SHOP_IDS[BOB]]
    with database.reading() as session:
        columns = select(*(getattr(Shop, name) for name in DUE)).where(Shop.domain == ALICE)
        assert set(session.execute(columns).one()) == {NOON + HOUR}
    assert "is put off: tidy_at" in caplog.text


def test_a_step_that_breaks_off_keeps_no_other_step(
    due: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise LookupError

    monkeypatch.setattr(tokens, "keep", lambda _: None)
    monkeypatch.setattr(retain, "shops_due", broken)
    bulk.run()
    assert due.shop(BOB).digest_at == NOON + HOUR
