"""Carriers: who is asked, what it costs, how fresh it is; and the question about a catch-up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from shopify_app import database
from shopify_app.actions import accounts, ledger
from shopify_app.models import CarrierAccount, Shipment, Spending
from tests.admin.shop import DAY, ship, shipment, tracking_number
from tests.pages import Element, read
from tests.support import ALICE, BOB, NOON, SHOP_IDS, App, House

HOUR = timedelta(hours=1)


def opened(app: App, domain: str = ALICE) -> Element:
    return read(app.visit("/carriers", domain))


def entries(page: Element) -> dict[str, str]:
    """What is said of each account, by its provider."""
    found = page.all("li", class_="entry")
    return {each.one("div", class_="entry-line").all("span")[0].text: each.text for each in found}


def rows(page: Element) -> list[list[str]]:
    lines = [row for row in page.all("tr") if row.has("td")]
    return [[cell.text for cell in row.all("td")] for row in lines]


def figures(page: Element) -> list[str]:
    return [each.text for each in page.all("span", class_="figure-value")]


def spend(house: House, number: int, what: str = "register", domain: str = ALICE) -> None:
    with house.changing(domain) as (session, _):
        found = session.scalars(
            select(Shipment).where(
                Shipment.shop_id == SHOP_IDS[domain],
                Shipment.number_key == tracking_number(number),
            )
        ).one()
        ledger.spent(session, house.account(domain).id, found, what)


def change_account(house: House, **values: object) -> None:
    with database.writing() as session:
        account = session.get_one(CarrierAccount, house.account().id)
        for name, value in values.items():
            setattr(account, name, value)


@pytest.fixture
def shared(house: House) -> House:
    """One key of the installation, with which both shops' parcels are looked at."""
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": "0123456789ABCDEF"})
    ship(house, 1)
    ship(house, 2, domain=BOB)
    house.choose()
    return house


def test_each_account_says_whose_it_is_how_it_fares_and_what_is_left(
    shared: House, app: App
) -> None:
    change_account(
        shared,
        quota_total=2000,
        quota_left=1500,
        checked_at=NOON - HOUR,
        answered_at=NOON - HOUR,
    )
    said = entries(opened(app))["17TRACK"]
    assert "The key of this installation, shared with its other stores, last answer" in said
    assert "1,500 of 2,000 numbers left asked today, 6:00 AM" in said
    assert "Working" in said
    shared.follow()
    assert "Your own key, not asked yet" in entries(opened(app))["17TRACK"]
    assert "The key of this installation" in entries(opened(app, BOB))["17TRACK"]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("auth", "17TRACK refuses the key since today, 7:00 AM"),
        ("quota", "No tracking numbers left at 17TRACK. New parcels wait."),
        ("unavailable", "17TRACK has not answered since today, 7:00 AM"),
    ],
)
def test_trouble_is_said(problem: str, text: str, shared: House, app: App) -> None:
    change_account(shared, problem=problem, problem_since=NOON)
    assert text in entries(opened(app))["17TRACK"]


def test_without_a_key_it_leads_to_where_one_is_given(app: App) -> None:
    page = opened(app)
    assert "No key yet" in page.text
    assert page.has("a", href="/settings#provider")
    assert figures(page) == ["0", "–", "–", "–"]


def test_what_was_spent_is_listed_with_its_order_and_counted_by_month(
    shared: House, app: App
) -> None:
    shared.clock.now = NOON - 30 * DAY
    spend(shared, 1)
    shared.clock.now = NOON
    shared.change(shipment(shared, 1), carrier_name="YunExpress Global")
    spend(shared, 1, "renew")
    page = opened(app)
    assert rows(page) == [
        ["Today, 7:00 AM", "#1", tracking_number(1), "YunExpress Global", "registered anew"],
        ["Oct 25, 8:00 AM", "#1", tracking_number(1), "YunExpress Global", "registered"],
    ]
    assert "1 this month" in page.text
    assert page.has("a", href=f"/shipments/{shipment(shared, 1).id}")


def test_a_month_begins_in_the_shops_zone(shared: House, app: App) -> None:
    shared.change_shop(timezone="Asia/Ho_Chi_Minh")
    for day, hour in ((31, 16), (31, 17)):
        shared.clock.now = NOON.replace(month=10, day=day, hour=hour)
        spend(shared, 1)
    shared.clock.now = NOON
    assert "1 this month" in opened(app).text


def test_of_a_shared_account_each_shop_sees_its_own_parcels_alone(shared: House, app: App) -> None:
    spend(shared, 1)
    spend(shared, 2, domain=BOB)
    assert [row[2] for row in rows(opened(app))] == [tracking_number(1)]
    assert [row[2] for row in rows(opened(app, BOB))] == [tracking_number(2)]
    assert tracking_number(1) not in opened(app, BOB).text
    assert len(shared.rows(Spending)) == 2


def test_only_the_newest_fifty_are_listed(shared: House, app: App) -> None:
    for _ in range(52):
        spend(shared, 1)
    page = opened(app)
    assert len(rows(page)) == 50
    assert "52 this month" in page.text


def test_how_fresh_the_parcels_are(shared: House, app: App) -> None:
    ship(shared, 3)
    shared.choose()
    for number, hours in ((1, 2), (3, 5)):
        shared.change(shipment(shared, number), looked_at=NOON - hours * HOUR)
    with database.writing() as session:
        account = session.get_one(CarrierAccount, shared.account().id)
        ledger.called(session, account, "fetch", 6, 240)
    followed, half, most, calls = figures(opened(app))
    assert (followed, half, most) == ("2", "2 hours", "5 hours")
    assert float(calls) == 2, "six calls for the three parcels of the account"


def test_home_and_settings_lead_here(shared: House, app: App) -> None:
    for path in ("/", "/settings"):
        assert read(app.visit(path)).has("a", href="/carriers"), path


# ---- The question about the parcels of before ----


def ask(house: House, left: int) -> None:
    """There are more parcels of before than numbers left, and the merchant is asked."""
    for number in (1, 2, 3):
        ship(house, number)
    with house.changing() as (session, shop):
        account = session.get_one(CarrierAccount, house.account().id)
        account.quota_total, account.quota_left = 200, left
        shop.catch_up = "asked"
    for found in house.shipments():
        house.change(found, look_at=None, account_id=house.account().id)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_question_says_how_many_and_what_is_left(language: str, app: App) -> None:
    app.house.follow()
    ask(app.house, left=2)
    page = read(app.visit("/carriers", headers={"Accept-Language": language}))
    banner = page.one("section", id="notice-catch-up")
    assert "3" in banner.one("h2").text
    assert "2" in banner.one("h2").text
    answers = [each["value"] for each in banner.all("button", name="answer")]
    assert answers == ["newest", "all", "none"]


@pytest.mark.parametrize(("answer", "released"), [("newest", 2), ("all", 3), ("none", 0)])
def test_it_is_done_as_answered_and_not_asked_again(answer: str, released: int, app: App) -> None:
    app.house.follow()
    ask(app.house, left=2)
    assert app.submit("/catch-up", {"answer": answer}, BOB).status_code == 303
    assert [s for s in app.house.shipments() if s.look_at] == []
    assert app.submit("/catch-up", {"answer": answer}).status_code == 303
    assert len([s for s in app.house.shipments() if s.look_at]) == released
    assert not read(app.visit("/")).has("section", id="notice-catch-up")


def test_with_nothing_left_nobody_is_offered_the_newest_none(app: App) -> None:
    app.house.follow()
    ask(app.house, left=0)
    banner = read(app.visit("/")).one("section", id="notice-catch-up")
    assert [each["value"] for each in banner.all("button", name="answer")] == ["all", "none"]
