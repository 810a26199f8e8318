"""Who is looked at first, by whom, and what becomes of an answer that comes late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app import database
from shopify_app.actions import accounts, by_hand, shipments
from shopify_app.jobs import looks, poll_carriers
from shopify_app.models import Change, Shipment, Spending
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import SeventeenTrack
from tests.support import ALICE, BOB, KEY, NOON, House

OTHER = "RR123456785CN"
DELIVERED = tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z"))
BAD, QUOTA = -18010012, -18019908


@pytest.fixture
def followed(house: House, carrier: SeventeenTrack) -> House:
    """Both shops follow the same number with one key, each as its own parcel."""
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": KEY})
    for domain in (ALICE, BOB):
        house.record(payloads.fulfilled_order(), domain)
    house.choose()
    carrier.asked.clear()
    return house


def shipment(house: House, domain: str = ALICE) -> Shipment:
    [found] = house.shipments(domain)
    return found


def ask_again(house: House, domain: str = ALICE) -> None:
    with house.changing(domain) as (session, shop):
        held = shipments.held(session, shop.id, shipment(house, domain).id)
        assert held
        by_hand.retrack(session, shop, held)


def answers(house: House) -> list[str]:
    return [row.detail["result"] for row in house.rows(Change) if row.what == "retrack"]


def test_two_shops_with_the_same_number_are_both_told(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.tells[NUMBER] = DELIVERED
    poll_carriers.run()
    for domain in (ALICE, BOB):
        assert shipment(followed, domain).status == "delivered"
        assert followed.order(domain=domain).status == "delivered"
    assert len(followed.rows(Spending)) == 1, "it is paid for once"


def test_two_shops_with_the_same_bad_number_are_both_told(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.refuses["register", NUMBER] = BAD
    poll_carriers.run()
    found = {domain: shipment(followed, domain).status for domain in (ALICE, BOB)}
    assert found == {ALICE: "not_recognized", BOB: "not_recognized"}


def test_retrack_comes_before_all_that_is_merely_due(
    followed: House, carrier: SeventeenTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopify_app.carriers.seventeentrack.client.SeventeenTrack.batch_size", 1)
    bobs = payloads.fulfillment(OTHER, updated_at="2026-11-23T10:00:00Z")
    followed.record(payloads.fulfilled_order(bobs, updated_at="2026-11-23T10:00:00Z"), BOB)
    followed.change(shipment(followed), look_at=NOON - timedelta(days=30))
    ask_again(followed, BOB)
    poll_carriers.run()
    assert carrier.calls("register") == [[OTHER], [NUMBER]]
    assert answers(followed) == ["no_change"]


def test_who_pressed_retrack_is_told_that_the_provider_is_down(
    followed: House, carrier: SeventeenTrack
) -> None:
    ask_again(followed)
    carrier.fails = (503, {})
    poll_carriers.run()
    assert answers(followed) == ["unavailable"]
    assert shipment(followed).asked_at is None


def test_who_pressed_retrack_is_told_that_the_quota_is_used_up(
    followed: House, carrier: SeventeenTrack
) -> None:
    """Nobody waits an hour for a page that says "Asking ..."."""
    ask_again(followed)
    carrier.refuses["register", NUMBER] = QUOTA
    poll_carriers.run()
    assert answers(followed) == ["quota"]
    assert shipment(followed).asked_at is None


def test_too_many_calls_are_no_answer_to_who_pressed_retrack(
    followed: House, carrier: SeventeenTrack
) -> None:
    ask_again(followed)
    carrier.fails = (429, {"code": 429})
    poll_carriers.run()
    carrier.fails = None
    followed.clock.jump(seconds=3)
    poll_carriers.run()
    assert answers(followed) == ["no_change"]


def test_an_answer_for_a_number_that_was_replaced_meanwhile_changes_nothing(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.tells[NUMBER] = DELIVERED
    mended = payloads.fulfillment(OTHER, updated_at="2026-11-24T11:00:00Z")

    def mend(endpoint: str) -> None:
        if endpoint == "gettrackinfo":
            body = payloads.fulfilled_order(mended, updated_at="2026-11-24T11:00:00Z")
            followed.record(body, ALICE)

    carrier.meanwhile = mend
    poll_carriers.run()
    assert (shipment(followed).number, shipment(followed).status) == (OTHER, "pending")
    assert followed.order().status == "pending"
    assert shipment(followed, BOB).status == "delivered"
    [replaced] = [s for s in followed.rows(Shipment) if s.removed_at]
    assert replaced.look_at is None


def test_a_shipment_that_is_being_looked_at_is_not_looked_at_by_another_worker(
    followed: House, carrier: SeventeenTrack
) -> None:
    claimed = []
    carrier.meanwhile = lambda _: claimed.append(looks.claim(followed.account().id))
    poll_carriers.run()
    assert claimed == [None] * 3, "while it is registered, while it is fetched, and after that"


def test_a_look_whose_worker_died_is_taken_up_after_its_lease(
    followed: House, carrier: SeventeenTrack
) -> None:
    assert looks.claim(followed.account().id)
    followed.clock.now += looks.LEASE - timedelta(seconds=1)
    poll_carriers.run()
    assert carrier.asked == []
    followed.clock.jump(seconds=1)
    poll_carriers.run()
    assert shipment(followed).looked_at == followed.clock.now


def test_a_parcel_that_breaks_its_change_harms_no_neighbour(
    followed: House, carrier: SeventeenTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, deadly = shipments.take_snapshot, shipment(followed, ALICE).id

    def break_one(session, shop, found, **told):  # type: ignore[no-untyped-def]
        if found.id == deadly:
            raise RuntimeError("a case nobody thought of")
        take(session, shop, found, **told)

    monkeypatch.setattr(shipments, "take_snapshot", break_one)
    carrier.tells[NUMBER] = DELIVERED
    poll_carriers.run()
    assert shipment(followed, BOB).status == "delivered"
