"""What is asked of a provider besides a look: another carrier, a field, a second chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from shopify_app.actions import by_hand, mending, shipments
from shopify_app.jobs import poll_carriers
from shopify_app.models import Calls, Change, Shipment, Shop, Spending
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import SEVENTEENTRACK, SeventeenTrack
from tests.support import ALICE, BOB, KEY, NOON, House

MOVING = tracked(NUMBER, step("InTransit_Other", "2026-11-24T08:00:00Z"))
NEEDS_POSTCODE, RETRACKED_ALREADY, QUOTA = -18010019, -18019905, -18019908
Act = Callable[..., Any]


@pytest.fixture
def followed(house: House, carrier: SeventeenTrack) -> House:
    """Alice's parcel is followed and was looked at an hour ago."""
    house.follow()
    house.record(payloads.fulfilled_order())
    carrier.tells[NUMBER] = MOVING
    house.choose()
    poll_carriers.run()
    house.clock.jump(hours=1)
    carrier.asked.clear()
    return house


def shipment(house: House, domain: str = ALICE) -> Shipment:
    [found] = house.shipments(domain)
    return found


def act(house: House, action: Act, *more: Any, domain: str = ALICE, **named: Any) -> None:
    with house.changing(domain) as (session, shop):
        held = shipments.held(session, shop.id, shipment(house, domain).id)
        assert held
        action(session, shop, held, *more, **named)


def answer(house: House) -> str:
    """What the merchant was answered last."""
    [*_, last] = [row for row in house.rows(Change) if row.what == "retrack"]
    return str(last.detail["result"])


def sent(http: responses.RequestsMock, endpoint: str) -> list[Any]:
    calls = [call.request for call in http.calls if str(call.request.url).endswith(endpoint)]
    return [json.loads(request.body or "") for request in calls]


def test_retrack_is_a_free_fetch_while_the_provider_looks(
    followed: House, carrier: SeventeenTrack
) -> None:
    act(followed, by_hand.retrack)
    poll_carriers.run()
    assert [endpoint for endpoint, _ in carrier.asked if endpoint != "getquota"] == [
        "gettracklist",
        "gettrackinfo",
    ]
    assert (answer(followed), shipment(followed).stopped) == ("no_change", "")
    assert len(followed.rows(Spending)) == 1, "the first registration"


def test_a_provider_that_has_stopped_is_let_look_again_once(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.stopped[NUMBER] = "once"
    act(followed, by_hand.retrack)
    poll_carriers.run()
    assert carrier.calls("retrack") == [[NUMBER]]
    assert (answer(followed), shipment(followed).stopped) == ("revived", "")
    assert shipment(followed).look_at is not None
    assert len(followed.rows(Spending)) == 1


def test_one_that_has_stopped_for_good_says_so_and_costs_nothing(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.stopped[NUMBER] = "for good"
    act(followed, by_hand.retrack)
    poll_carriers.run()
    assert carrier.calls("retrack") == carrier.calls("deletetrack") == []
    assert answer(followed) == "for_good"
    assert (shipment(followed).stopped, shipment(followed).look_at) == ("for_good", None)


def test_a_second_chance_that_is_refused_means_for_good(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.stopped[NUMBER] = "once"
    carrier.refuses["retrack", NUMBER] = RETRACKED_ALREADY
    act(followed, by_hand.retrack)
    poll_carriers.run()
    assert answer(followed) == "for_good"


@pytest.fixture
def stopped(followed: House, carrier: SeventeenTrack) -> House:
    """17TRACK has stopped for good, and the merchant knows it."""
    carrier.stopped[NUMBER] = "for good"
    act(followed, by_hand.retrack)
    poll_carriers.run()
    carrier.asked.clear()
    return followed


def test_with_the_merchants_consent_it_is_deleted_and_registered_anew(
    stopped: House, carrier: SeventeenTrack
) -> None:
    carrier.stopped.clear()
    act(stopped, by_hand.renew)
    poll_carriers.run()
    assert carrier.calls("deletetrack") == carrier.calls("register") == [[NUMBER]]
    assert [row.what for row in stopped.rows(Spending)] == ["register", "renew"]
    assert (shipment(stopped).stopped, shipment(stopped).wishes) == ("", [])
    assert shipment(stopped).look_at is not None


def test_a_number_that_another_shop_of_the_same_key_follows_is_not_deleted(
    stopped: House, carrier: SeventeenTrack
) -> None:
    stopped.record(payloads.fulfilled_order(), BOB)
    stopped.follow(BOB, key=f"{KEY}A")
    stopped.choose()
    poll_carriers.run()
    carrier.asked.clear()
    act(stopped, by_hand.renew)
    poll_carriers.run()
    assert carrier.calls("deletetrack") == carrier.calls("register") == []
    assert (answer(stopped), shipment(stopped).stopped) == ("shared", "for_good")


def test_a_renewal_without_quota_waits_for_it_and_is_no_storm(
    stopped: House, carrier: SeventeenTrack
) -> None:
    carrier.refuses["register", NUMBER] = QUOTA
    act(stopped, by_hand.renew)
    for _ in range(3):
        poll_carriers.run()
    assert len(carrier.calls("deletetrack")) == len(carrier.calls("register")) == 1
    assert (answer(stopped), shipment(stopped).followed_at) == ("quota", None)
    carrier.refuses.clear()
    carrier.stopped.clear()
    stopped.clock.jump(hours=2)
    poll_carriers.run()
    assert len(carrier.calls("register")) == 2
    assert shipment(stopped).followed_at == stopped.clock.now


def test_what_is_wished_while_the_provider_is_asked_is_not_lost(
    followed: House, carrier: SeventeenTrack, http: responses.RequestsMock
) -> None:
    def meanwhile(endpoint: str) -> None:
        if endpoint == "changecarrier":
            followed.clock.jump(seconds=1)
            act(followed, mending.give_fields, {"postcode": "90001"})

    carrier.meanwhile = meanwhile
    act(followed, mending.choose_carrier, "3011")
    poll_carriers.run()
    carrier.meanwhile = lambda _endpoint: None
    poll_carriers.run()
    assert len(sent(http, "changecarrier")) == len(sent(http, "changeinfo")) == 1
    assert shipment(followed).wishes == []


def test_a_number_that_is_followed_well_is_not_renewed(
    followed: House, carrier: SeventeenTrack
) -> None:
    act(followed, by_hand.renew)
    poll_carriers.run()
    assert carrier.calls("deletetrack") == carrier.calls("register") == []


def test_another_carrier_is_a_free_change(
    followed: House, carrier: SeventeenTrack, http: responses.RequestsMock
) -> None:
    act(followed, mending.choose_carrier, "3011")
    poll_carriers.run()
    [[change]] = sent(http, "changecarrier")
    assert change == {"number": NUMBER, "carrier_new": 3011, "carrier_old": 190008}
    assert carrier.calls("deletetrack") == []
    assert (shipment(followed).wishes, len(followed.rows(Spending))) == ([], 1)


def test_a_carrier_chosen_before_the_registration_is_registered_with(
    house: House, carrier: SeventeenTrack, http: responses.RequestsMock
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    act(house, mending.choose_carrier, "3011")
    poll_carriers.run()
    assert sent(http, "register")[0] == [{"number": NUMBER, "carrier": 3011}]


def test_a_field_the_carrier_asks_for_is_named_and_then_given(
    house: House, carrier: SeventeenTrack, http: responses.RequestsMock
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    carrier.refuses["register", NUMBER] = NEEDS_POSTCODE
    poll_carriers.run()
    assert (shipment(house).problem, shipment(house).asks) == ("need_field", "postcode")
    carrier.refuses.clear()
    act(house, mending.give_fields, {"postcode": "90001", "phone": ""})
    poll_carriers.run()
    assert sent(http, "register")[-1] == [{"number": NUMBER, "destination_postal_code": "90001"}]
    assert (shipment(house).problem, shipment(house).asks) == ("", "")
    assert shipment(house).status == "pending"


def test_a_field_given_later_is_told_without_a_registration(
    followed: House, carrier: SeventeenTrack, http: responses.RequestsMock
) -> None:
    act(followed, mending.give_fields, {"phone": "+84 90 123 4567"})
    poll_carriers.run()
    [[told]] = sent(http, "changeinfo")
    assert told["items"] == {"phone_number_last_4": "4567"}
    assert carrier.calls("register") == []


def test_a_number_in_two_fulfillments_is_paid_for_once(
    house: House, carrier: SeventeenTrack
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.record(payloads.fulfilled_order(payloads.fulfillment(NUMBER, 2, 2), id=2))
    house.choose()
    poll_carriers.run()
    assert len(house.rows(Spending)) == 1


def test_a_number_that_was_registered_before_costs_nothing(
    house: House, carrier: SeventeenTrack
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    carrier.refuses["register", NUMBER] = -18019901
    poll_carriers.run()
    assert house.rows(Spending) == []
    assert shipment(house).followed_at == NOON


def test_calls_are_counted_by_day_and_kind(followed: House, carrier: SeventeenTrack) -> None:
    followed.clock.now = shipment(followed).look_at or NOON
    poll_carriers.run()
    counted = {(str(row.day), row.what): (row.calls, row.numbers) for row in followed.rows(Calls)}
    assert counted == {("2026-11-24", "register"): (1, 1), ("2026-11-24", "fetch"): (2, 2)}


def test_too_many_calls_are_answered_after_a_while(
    followed: House, carrier: SeventeenTrack
) -> None:
    act(followed, by_hand.retrack)
    carrier.fails = (429, {"code": 429})
    for _ in range(15):
        poll_carriers.run()
        followed.clock.jump(seconds=3)
    assert answer(followed) == "busy"
    assert shipment(followed).asked_at is None


def test_retrack_tries_a_key_that_was_refused_once_more(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.fails = (401, {"code": -18010002})
    act(followed, by_hand.retrack)
    poll_carriers.run()
    assert answer(followed) == "auth"
    carrier.fails = None
    followed.clock.jump(minutes=1)
    act(followed, by_hand.retrack)
    poll_carriers.run()
    assert answer(followed) == "no_change"
    assert followed.account().problem == ""


def test_everybody_who_waits_is_told_of_a_refused_key(
    followed: House, carrier: SeventeenTrack
) -> None:
    numbers = [f"LP{number:014}" for number in range(50)]
    followed.record(payloads.fulfilled_order(payloads.fulfillment(numbers, 2, 2), id=2))
    followed.choose()
    poll_carriers.run()

    def ask(shop: Shop, session: Any) -> None:
        for each in followed.shipments():
            held = shipments.held(session, shop.id, each.id)
            assert held
            by_hand.retrack(session, shop, held)

    with followed.changing() as (session, shop):
        ask(shop, session)
    carrier.fails = (401, {"code": -18010002})
    poll_carriers.run()
    assert {s.asked_at for s in followed.shipments()} == {None}
    assert len([row for row in followed.rows(Change) if row.detail.get("result") == "auth"]) == 51


def test_who_presses_retrack_while_the_provider_wants_a_long_rest_is_told_so(
    followed: House, carrier: SeventeenTrack, http: responses.RequestsMock
) -> None:
    act(followed, by_hand.retrack)
    http.reset()
    rest = {"Retry-After": "3600"}
    http.add(responses.POST, SEVENTEENTRACK, status=429, headers=rest, json={})
    poll_carriers.run()
    assert answer(followed) == "busy"
    act(followed, by_hand.retrack)
    answers = [row for row in followed.rows(Change) if row.what == "retrack"]
    assert [row.detail["result"] for row in answers] == ["busy", "busy"]
    assert shipment(followed).asked_at is None
