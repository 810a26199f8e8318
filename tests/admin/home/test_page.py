"""Home: what requires attention by reason, what changed, whether the outside answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app.actions import accounts, importing
from tests import payloads
from tests.admin.shop import DAY, listed, order_id, place, ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.support import ALICE, BOB, INSTALLED, NOON, App, House

HOUR = timedelta(hours=1)


def home(app: App, domain: str = ALICE) -> Element:
    return read(app.visit("/", domain))


def reasons(page: Element) -> dict[str, tuple[int, str]]:
    """The lines: how many orders each has, and where its Review leads."""
    tables = page.all("table", class_="table--reasons")
    rows = [row for row in tables[0].all("tr") if row.has("td")] if tables else []
    return {
        row.one("span", class_="name").text: (
            int(row.one("td", class_="reason-count").text),
            row.one("a", class_="cover")["href"],
        )
        for row in rows
    }


def connections(page: Element) -> dict[str, str]:
    return {each.one("strong").text: each.text for each in page.all("li", class_="connection")}


@pytest.fixture
def due(house: House) -> House:
    """Five orders under six reasons, one that is not due yet, and one of Bob's."""
    for number, code in ((1, "Exception_Lost"), (2, "Exception_Damage"), (3, "Expired_Other")):
        ship(house, number)
        tell(house, number, code)
    tell(house, 2, "Exception_Damage", NOON - HOUR)
    place(house, 4, NOON - 7 * DAY)
    ship(house, 5, NOON - 50 * DAY)
    tell(house, 5, "DeliveryFailure_NoBody", NOON - 40 * DAY)
    place(house, 6, NOON - 3 * DAY)
    place(house, 7, NOON - 30 * DAY, BOB)
    return house


def test_each_reason_has_its_orders_and_one_under_two_counts_once(due: House, app: App) -> None:
    page = home(app)
    assert "5 orders need you" in page.text
    assert reasons(page) == {
        "The carrier reports a problem": (2, "/tracking?attention=1&status=alert"),
        "Delivery tried and failed": (1, "/tracking?attention=1&status=undelivered"),
        "Expired on the way": (1, "/tracking?attention=1&status=expired"),
        "Placed over 45 days ago, not delivered": (1, "/tracking?attention=1&rule=late"),
        "Not fulfilled for 7 days": (1, "/tracking?attention=1&rule=unfulfilled"),
    }
    assert "1 order has two reasons, so the lines add up to 6." in page.text
    assert "Lost 1" in page.text
    assert "Damaged 1" in page.text


def test_a_review_leads_to_as_many_orders_as_its_line_says(due: House, app: App) -> None:
    for count, href in reasons(home(app)).values():
        assert len(listed(read(app.visit(href)))) == count, href


def test_the_oldest_of_a_reason_is_named_with_how_long_it_waits(due: House, app: App) -> None:
    oldest = {
        row.one("span", class_="name").text: row.one("td", class_="col-oldest").text
        for row in home(app).all("tr")
        if row.has("td", class_="col-oldest")
    }
    assert oldest["Placed over 45 days ago, not delivered"] == "50 days #5, New York"
    assert oldest["Delivery tried and failed"] == "40 days #5, New York"
    assert oldest["Not fulfilled for 7 days"] == "7 days #4, New York"
    assert oldest["The carrier reports a problem"] == "1 hour #1, New York"


def test_nothing_due_is_one_calm_line_and_the_next_order_to_watch(app: App) -> None:
    assert "No order is on its way to a limit." in home(app).text
    place(app.house, 1, NOON - 6 * DAY)
    place(app.house, 2, NOON - 5 * DAY)
    page = home(app)
    assert reasons(page) == {}
    assert "Nothing requires attention" in page.text
    assert "The next order to watch is #1, on Nov 25." in page.text
    assert reasons(home(app, BOB)) == {}


def test_the_last_changes_are_there_and_follow_by_themselves(app: App) -> None:
    ship(app.house, 1)
    ship(app.house, 2, domain=BOB)
    tell(app.house, 1, "InTransit_Departure", NOON - 3 * HOUR)
    app.house.clock.jump(minutes=5)
    app.submit(f"/shipments/{shipment(app.house, 1).id}/status", {"status": "delivered"})
    live = home(app).one("div", id="live")
    assert (live["hx-get"], live["hx-trigger"]) == ("/", "every 15s")
    lines = [line.text for line in live.one("ol", class_="changes").all("li")]
    assert [line.split(" #1 ")[1][:21] for line in lines] == [
        "In transit Delivered ",
        "Pending In transit Le",
    ]
    assert not home(app, BOB).has("ol", class_="changes")


def test_of_many_changes_the_last_six_are_shown(app: App) -> None:
    for number in range(1, 9):
        ship(app.house, number)
        tell(app.house, number, "InTransit_Departure")
    names = [a.text for a in home(app).one("ol", class_="changes").all("a")]
    assert names == ["#8", "#7", "#6", "#5", "#4", "#3"]


def test_the_connections_say_what_works_and_what_does_not(app: App) -> None:
    found = connections(home(app))
    assert set(found) == {"17TRACK", "Shopify", "Email", "SMS"}
    assert "No key" in found["17TRACK"]
    assert "No event yet, none waiting" in found["Shopify"]
    assert "Off" in found["Email"]
    app.house.follow()
    with app.house.changing_account() as (_, account):
        account.answered_at, account.quota_total, account.quota_left = NOON - HOUR, 200, 150
    app.house.change_shop(last_webhook_at=NOON - 2 * HOUR)
    app.webhook("orders/create", payloads.order())
    found = connections(home(app))
    assert "Working Last answer 1 hour ago" in found["17TRACK"]
    assert "150 of 200 numbers left" in found["17TRACK"]
    assert "Last event 2 hours ago, 1 waiting" in found["Shopify"]


def test_a_provider_that_failed_to_answer_does_not_work_just_now(app: App) -> None:
    app.house.follow()
    with app.house.changing_account() as (session, account):
        accounts.answered(account)
        accounts.unavailable(session, account)
    said = connections(home(app))["17TRACK"]
    assert "Does not answer just now Asked again today, 7:00 AM. Last answer just now." in said
    assert "Working" not in said
    with app.house.changing_account() as (_, account):
        accounts.answered(account)
    assert "Working Last answer just now" in connections(home(app))["17TRACK"]


def test_what_was_never_asked_does_not_work_yet(app: App) -> None:
    with app.house.changing() as (session, shop):
        accounts.use_key(session, shop, "dhl", "0123456789DHL")
    assert "Working" not in connections(home(app))["DHL"]
    assert "Not asked yet" in connections(home(app))["DHL"]


def test_while_shopify_tells_the_customers_email_and_sms_are_its_own(app: App) -> None:
    app.house.notify()
    app.house.change_shop(notify_by="shopify")
    found = connections(home(app))
    assert "By Shopify" in found["Email"]
    assert "By Shopify" in found["SMS"]


def test_messages_that_failed_lately_make_one_look(app: App) -> None:
    app.house.notify()
    ship(app.house, 1, numbers=[tracking_number(1)])
    [email], [text] = app.house.outbox("email"), app.house.outbox("sms")
    app.house.change(email, state="failed")
    found = connections(home(app))
    assert "Look 0 sent since yesterday, 1 failed" in found["Email"]
    assert "Working 0 sent since yesterday, 1 waiting" in found["SMS"]
    app.house.change(email, state="arrived")
    app.house.change(text, state="uncertain")
    found = connections(home(app))
    assert "Working 1 sent since yesterday" in found["Email"]
    assert "1 uncertain" in found["SMS"]
    app.house.clock.jump(days=2)
    assert "0 sent" in connections(home(app))["Email"]


@pytest.mark.parametrize(
    ("state", "title", "follows"),
    [
        pytest.param("running", "Reading your orders of the last 60 days: 1,234", True, id="runs"),
        pytest.param("failed", "Your earlier orders could not be read", False, id="failed"),
        pytest.param("done", "", False, id="done"),
    ],
)
def test_an_import_says_how_far_it_is(state: str, title: str, follows: bool, app: App) -> None:
    app.house.change_shop(import_state=state, imported_orders=1234)
    page = home(app)
    banners = [each.text for each in page.all("section", id="notice-import")]
    assert [title in banner for banner in banners] == ([True] if title else [])
    assert ("hx-get" in page.one("div", id="notices").attributes) is follows


@pytest.mark.parametrize(
    ("how_far", "title"),
    [
        pytest.param(
            {"import_listed": 1500},
            "Shopify is gathering your orders of the last 60 days: 1,500 of about 4,200",
            id="Shopify is at it",
        ),
        pytest.param(
            {"imported_orders": 300, "import_place": 90_000},
            "Reading your orders of the last 60 days: 300 of about 4,200",
            id="they are read",
        ),
        pytest.param(
            {"imported_orders": 4300, "import_since": INSTALLED - importing.FARTHEST},
            "Reading your orders of the last 365 days: 4,300 of about 4,300",
            id="of a year, and more than were counted",
        ),
    ],
)
def test_an_import_in_bulk_says_how_far_it_is_too(
    how_far: dict[str, object], title: str, app: App
) -> None:
    operation = {"import_operation": "gid://shopify/BulkOperation/1", "import_expected": 4200}
    app.house.change_shop(import_state="running", **operation, **how_far)
    assert home(app).one("section", id="notice-import").text.startswith(title)


def test_while_orders_are_read_nothing_is_calm(app: App) -> None:
    place(app.house, 1)
    app.house.change_shop(import_state="running")
    for path in ("/", "/tracking?attention=1", "/tracking?status=mend", "/tracking?q="):
        page = read(app.visit(path))
        assert "Nothing requires attention" not in page.text, path
        assert "No number to mend" not in page.text, path
    page = home(app)
    assert "Your orders are still being read" in page.text
    assert "Your orders are still being read" in read(app.visit("/tracking?attention=1")).text
    place(app.house, 2, NOON - 8 * DAY)
    assert "these are the ones known so far" in home(app).text


def test_the_first_look_at_an_imported_parcel_is_no_news(app: App) -> None:
    before_install = INSTALLED - DAY
    ship(app.house, 1, before_install, before_install)
    tell(app.house, 1, "InTransit_Departure", before_install)
    ship(app.house, 2, before_install, before_install)
    label = payloads.fulfillment_event(
        "label_printed",
        before_install.isoformat(),
        order_id=order_id(2),
        fulfillment_id=payloads.FULFILLMENT + 2,
    )
    app.hear("fulfillment_events/create", label)
    tell(app.house, 2, "InTransit_Departure", before_install + HOUR)
    page = home(app)
    assert "What changed lately" not in page.text
    tell(app.house, 1, "Delivered_Other")
    assert [a.text for a in home(app).one("ol", class_="changes").all("a")] == ["#1"]


def test_an_import_that_was_given_up_goes_on_when_the_merchant_says_so(app: App) -> None:
    app.house.change_shop(import_state="failed", import_attempts=9, import_cursor="here")
    form = home(app).one("form", action="/import")
    answer = app.submit(form["action"], {})
    assert (answer.status_code, answer.location) == (303, "/")
    shop = app.house.shop()
    assert (shop.import_state, shop.import_attempts, shop.import_cursor) == ("waiting", 0, "here")
    app.submit("/import", {}, BOB)
    assert app.house.shop(BOB).import_state == "done", "only one that was given up"


def test_what_changed_since_the_last_visit_is_told_to_each_user(app: App) -> None:
    ship(app.house, 1)
    assert "What changed lately" not in home(app).text
    app.house.clock.jump(hours=5)
    tell(app.house, 1, "InTransit_Departure")
    tell(app.house, 1, "Delivered_Other", app.house.clock.now)
    page = home(app)
    assert "Since you were last here Today, 7:00 AM" in page.text
    assert page.one("ul", class_="since").text == (
        "1 delivered 0 shipped 0 new problems 0 messages sent"
    )
    texts = [text.text for text in page.all("span", class_="change-text")]
    assert texts == ["Delivered", "Left the origin country"], "each has its own"
    app.house.clock.jump(minutes=10)
    assert "Since you were last here Today, 7:00 AM" in home(app).text, "the same visit"
    app.house.clock.jump(hours=1)
    page = home(app)
    assert "Since you were last here Today, 12:10 PM" in page.text
    assert "No parcel changed its status." in page.text
    assert not home(app, BOB).has("ul", class_="since")


def checklist(page: Element) -> dict[str, bool]:
    return {
        item.one("span", class_="checklist-label").text: "on" in item["class"]
        for item in page.all("li")
        if item.has("span", class_="checklist-mark")
    }


def test_each_step_of_the_setup_can_be_done_in_any_order(app: App) -> None:
    page = home(app)
    assert page.has("form", action="/setup/test")
    app.submit("/setup/test", {})
    [test] = app.house.outbox("trial")
    app.house.change(test, state="sent")
    assert checklist(home(app))["Send yourself a test message"]
    assert not home(app).has("form", action="/setup/test")


def test_the_setup_is_listed_until_all_is_done_and_put_away(app: App) -> None:
    assert set(checklist(home(app)).values()) == {False}
    app.house.follow()
    with app.house.changing_account() as (_, account):
        accounts.answered(account)
    app.house.change_shop(notify=True, sender_name="Alice", last_webhook_at=NOON)
    page = home(app)
    assert [label for label, done in checklist(page).items() if not done] == [
        "Send yourself a test message"
    ]
    app.submit(page.one("form", action="/setup/test")["action"], {})
    [test] = app.house.outbox("trial")
    assert (test.event, test.state) == ("shipping_confirmation:en:email", "waiting")
    assert "The test is on its way." in home(app).text
    assert home(app).one("div", id="setup")["hx-trigger"] == "every 2s"
    app.house.change(test, state="failed", detail="mail_login")
    card = home(app).one("div", id="setup")
    assert "The mail server refuses our name and password." in card.text
    assert not home(app).has("div", id="setup", hx_trigger=True)
    app.house.change(test, state="sent")
    page = home(app)
    assert "All is set up" in page.text
    app.submit(page.one("form", action="/setup/done")["action"], {})
    assert checklist(home(app)) == {}
    assert checklist(home(app, BOB)) != {}
