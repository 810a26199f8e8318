"""What is put into the outbox is put there once, and the merchant decides what is doubtful."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from shopify_app.actions import outbox
from shopify_app.actions.outbox import Settle
from shopify_app.models import Fulfillment, Outbox
from tests import payloads
from tests.support import ALICE, BOB, NOON, SHOP_IDS, House

FULFILLMENT = payloads.FULFILLMENT


def put(house: House, key: str, domain: str = ALICE) -> bool:
    with house.changing(domain) as (session, _):
        fulfillment = session.get_one(Fulfillment, (SHOP_IDS[domain], FULFILLMENT))
        return outbox.put(session, fulfillment, "email", "shipping_confirmation", key)


def test_a_key_is_put_once_in_its_shop(house: House, woken: Callable[[], set[str]]) -> None:
    house.record(payloads.fulfilled_order())
    house.record(payloads.fulfilled_order(), BOB)
    assert [put(house, "a"), put(house, "a"), put(house, "b")] == [True, False, True]
    assert put(house, "a", BOB)
    assert [row.key for row in house.outbox()] == ["a", "b"]
    assert "deliver" in woken()


@pytest.mark.parametrize(
    ("settle", "state", "ended"),
    [
        (outbox.send_again, "failed", "waiting"),
        (outbox.send_again, "uncertain", "waiting"),
        (outbox.send_again, "sent", "sent"),
        (outbox.send_again, "arrived", "arrived"),
        (outbox.send_again, "sending", "sending"),
        (outbox.send_again, "suppressed", "suppressed"),
        (outbox.mark_as_sent, "uncertain", "sent"),
        (outbox.mark_as_sent, "failed", "failed"),
        (outbox.mark_as_sent, "waiting", "waiting"),
    ],
)
def test_only_what_failed_or_may_have_failed_is_settled_by_hand(
    settle: Settle, state: str, ended: str
) -> None:
    row = Outbox(state=state, detail="broke", attempts=12, due_at=NOON, ended_at=NOON)
    settle(Session(), row)  # never committed: it wakes nobody
    assert row.state == ended
    changed = state != ended
    assert row.detail == ("" if changed else "broke")
    assert row.attempts == (0 if ended == "waiting" and changed else 12)
