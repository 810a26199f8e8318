"""How old the last look at active parcels is, and how many calls they cost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shopify_app import database
from shopify_app.actions import accounts, freshness
from shopify_app.actions.freshness import Freshness
from shopify_app.models import Calls
from tests import payloads
from tests.support import ALICE, BOB, KEY, NOON, SHOP_IDS, House

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = Freshness(0, None, None, None)


def ship(house: House, count: int, domain: str = ALICE) -> None:
    """The shop has a key and so many parcels, the first looked at an hour ago, and so on."""
    house.follow(domain)
    numbers = [f"LP{number:014}" for number in range(count)]
    house.record(payloads.fulfilled_order(payloads.fulfillment(numbers)), domain)
    house.choose()
    for hours, shipment in enumerate(house.shipments(domain), start=1):
        house.change(shipment, looked_at=NOON - hours * HOUR)


def spend(house: House, calls: int, day: date, domain: str = ALICE) -> None:
    with database.writing() as session:
        account = house.account(domain).id
        session.add(Calls(account_id=account, day=day, what="fetch", calls=calls, numbers=0))


def measured(domain: str = ALICE) -> Freshness:
    with database.reading() as session:
        return freshness.of(session, SHOP_IDS[domain])


def test_without_a_parcel_there_is_nothing_to_measure(house: House) -> None:
    assert measured() == NOTHING
    with database.reading() as session:
        assert freshness.of_all(session) == NOTHING


@pytest.mark.parametrize(
    ("count", "p50", "p95"), [(1, 1, 1), (2, 1, 2), (19, 10, 19), (20, 10, 19), (21, 11, 20)]
)
def test_a_percentile_is_the_age_that_so_many_do_not_exceed(
    count: int, p50: int, p95: int, house: House
) -> None:
    ship(house, count)
    found = measured()
    assert (found.active, found.p50, found.p95) == (count, p50 * HOUR, p95 * HOUR)


def test_what_was_never_looked_at_counts_from_when_it_came(house: House) -> None:
    ship(house, 1)
    [shipment] = house.shipments()
    house.change(shipment, looked_at=None, followed_at=NOON - 3 * HOUR, created_at=NOON - DAY)
    assert measured().p95 == 3 * HOUR
    house.change(shipment, followed_at=None)
    assert measured().p95 == DAY


@pytest.mark.parametrize(
    "over",
    [{"status": "delivered"}, {"look_at": None}, {"removed_at": NOON}, {"account_id": None}],
    ids=lambda over: next(iter(over)),
)
def test_a_parcel_that_nobody_looks_for_is_not_active(
    over: dict[str, object], house: House
) -> None:
    ship(house, 2)
    house.change(house.shipments()[1], **over)
    assert (measured().active, measured().p95) == (1, HOUR)


def test_a_shop_is_measured_by_its_own_parcels(house: House) -> None:
    ship(house, 2)
    ship(house, 4, BOB)
    assert (measured().active, measured(BOB).active) == (2, 4)
    assert (measured().p95, measured(BOB).p95) == (2 * HOUR, 4 * HOUR)
    with database.reading() as session:
        assert freshness.of_all(session).active == 6


def test_calls_are_those_of_a_week_for_each_parcel_and_day(house: House) -> None:
    ship(house, 2)
    spend(house, 65, (NOON - 6 * DAY).date())
    spend(house, 1000, (NOON - 7 * DAY).date())
    assert measured().calls_a_day == pytest.approx(65 / 2 / 6.5), "six days and this half one"


def test_in_the_first_days_the_days_that_were_counted_count(house: House) -> None:
    ship(house, 2)
    spend(house, 8, NOON.date())
    assert measured().calls_a_day == pytest.approx(8 / 2), "a part of a day is no day"
    spend(house, 4, (NOON - DAY).date())
    assert measured().calls_a_day == pytest.approx(12 / 2 / 1.5)


def test_shops_that_share_an_account_share_its_figure(house: House) -> None:
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": KEY})
    for domain in (ALICE, BOB):
        house.record(payloads.fulfilled_order(), domain)
    house.choose()
    spend(house, 6, NOON.date())
    assert measured().calls_a_day == measured(BOB).calls_a_day == pytest.approx(6 / 2)


def test_another_shops_own_account_does_not_count(house: House) -> None:
    ship(house, 2)
    ship(house, 2, BOB)
    spend(house, 6, NOON.date())
    spend(house, 60, NOON.date(), BOB)
    assert measured().calls_a_day == pytest.approx(3)
    with database.reading() as session:
        assert freshness.of_all(session).calls_a_day == pytest.approx(66 / 4)
