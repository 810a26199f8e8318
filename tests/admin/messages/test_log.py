"""Messages: what customers were sent, how it ended, and what the merchant decides of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shopify_app import queue
from shopify_app.admin.messages import log
from shopify_app.models import Outbox
from tests.admin.shop import counted, order_id, place, ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.support import ALICE, BOB, NOON, App, House

STATES = {
    "waiting": "Waits",
    "sending": "Sending",
    "sent": "Sent",
    "arrived": "Arrived",
    "failed": "Failed",
    "uncertain": "Uncertain",
    "suppressed": "Not sent",
}


HOUR = timedelta(hours=1)


@pytest.fixture
def told(house: House) -> House:
    """Seven confirmations by email, one in each state."""
    house.notify()
    house.change_shop(notify_sms=False)
    for number, state in enumerate(STATES, start=1):
        ship(house, number)
        house.change(house.outbox("email")[-1], state=state)
    return house


def rows(page: Element) -> list[Element]:
    return page.all("tr", data_state=True)


def messages(app: App, query: str = "") -> Element:
    return read(app.visit(f"/messages{query}"))


def by_state(app: App, state: str) -> Outbox:
    [row] = [row for row in app.house.outbox("email") if row.state == state]
    return row


def test_every_message_names_its_order_and_its_state_newest_first(told: House, app: App) -> None:
    page = messages(app)
    links = [(row["data-state"], row.all("a")[-1]) for row in rows(page)]
    found = [(state, link.text, link["href"]) for state, link in links]
    expected = [(s, f"#{n}", f"/orders/{order_id(n)}") for n, s in enumerate(STATES, start=1)]
    assert found == expected[::-1]
    for row in rows(page):
        assert STATES[row["data-state"]] in row.text
        assert row.has(data_state=row["data-state"], class_="badge")
        words = ("Shipping confirmation", "Email", "maren.oakdale@example.com")
        assert [word for word in words if word not in row.text] == []


def test_the_states_are_counted_and_can_be_chosen(told: House, app: App) -> None:
    counts = counted(messages(app), "State")
    assert counts.pop("All") == 7
    assert set(counts.values()) == {1}
    for state in STATES:
        assert [row["data-state"] for row in rows(messages(app, f"?state={state}"))] == [state]
    assert len(rows(messages(app, "?state=lost"))) == 7


def test_the_log_is_narrowed_by_message_channel_and_date_and_counted_by_message(app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    ship(app.house, 2)
    first, *others = app.house.outbox()
    app.house.change(first, event="delivered", state="failed")
    app.house.change(others[0], created_at=NOON - 40 * 24 * HOUR)
    found = {
        query: len(rows(messages(app, query)))
        for query in ("", "?event=delivered", "?channel=sms", "?from=2026-11-24", "?event=lost",
                      "?event=delivered&channel=sms", "?from=soon&channel=pigeon")
    }  # fmt: skip
    assert list(found.values()) == [4, 1, 2, 3, 4, 0, 4]
    page = messages(app, "?event=delivered")
    assert counted(page, "State")["Failed"] == 1
    [row] = [r for r in page.all("tr") if r.has("th", scope="row")]
    assert [cell.text for cell in row.all("td")] == ["0", "0", "1", "0", "0"]
    assert rows(page)[0].all("a")[0]["href"] == f"/shipments/{shipment(app.house, 1).id}"


def test_more_messages_than_are_counted_are_told_by_a_plus(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.house.notify()
    for number in (1, 2, 3):
        ship(app.house, number)
    monkeypatch.setattr(log, "MOST_COUNTED", 2)
    for query in ("?channel=email", "?channel=sms"):
        strip = messages(app, query).one("nav", class_="strip")
        assert [item.text for item in strip.all("a")][:2] == ["All 2+", "Waits 2+"]


def tab_of(page: Element) -> Element:
    return page.one("nav", class_="page-tabs").one("a", href="/messages?state=unsettled")


def test_what_waits_for_the_merchant_has_a_tab_with_its_count(told: House, app: App) -> None:
    tab = "?state=unsettled"
    for path in ("/messages", "/messages/edit", "/messages/shopify", f"/messages{tab}"):
        link = tab_of(read(app.visit(path)))
        assert link.text == "Failed and uncertain 2", path
        assert link.has("span", class_="badge")
    page = messages(app, tab)
    assert [row["data-state"] for row in rows(page)] == ["uncertain", "failed"]
    assert tab_of(page)["aria-current"] == "page"
    app.submit(f"/messages/{by_state(app, 'uncertain').id}/sent{tab}", {})
    app.submit(f"/messages/{by_state(app, 'failed').id}/again{tab}", {})
    page = messages(app, tab)
    assert (rows(page), tab_of(page).text) == ([], "Failed and uncertain")
    assert "Nothing waits for you" in page.text


def test_nobody_elses_trouble_is_counted(told: House, app: App) -> None:
    app.house.notify(BOB)
    assert "Failed and uncertain 2" not in read(app.visit("/messages", BOB)).text
    assert "Failed and uncertain 2" in read(app.visit("/messages")).text


def test_messages_are_found_by_order_number_and_whole_address(app: App) -> None:
    for domain in (ALICE, BOB):
        app.house.notify(domain)
        app.house.change_shop(domain, notify_sms=False)
        for number in (1, 2, 3):
            ship(app.house, number, domain=domain, email=f"maren{number}@example.com")
    app.house.change(app.house.outbox("email")[1], state="failed")
    found = {
        q: [row.all("a")[-1].text for row in rows(messages(app, f"?{urlencode({'q': q})}"))]
        for q in ("#2", "2", "maren2@example.com", " MAREN2@example.com ", tracking_number(2),
                  "maren", "maren2@example.co", "", "'; --", "nul\0")
    }  # fmt: skip
    assert list(found.values()) == 5 * [["#2"]] + [[], [], ["#3", "#2", "#1"], [], []]
    page = messages(app, "?q=%232&channel=email")
    assert page.one("input", id="search")["value"] == "#2"
    assert counted(page, "State")["All"] == 1, "the counts are of what was found"
    assert page.has("a", href="/messages?q=%232&channel=email&state=failed"), "others keep it"
    assert page.has("form", action="/messages/export?q=%232&channel=email")
    assert "whole email address" in messages(app, "?q=nobody").text


def test_only_what_failed_or_is_uncertain_can_be_settled(told: House, app: App) -> None:
    offered = {
        row["data-state"]: [b.text for b in row.all("button")] for row in rows(messages(app))
    }
    assert {state: words for state, words in offered.items() if words} == {
        "failed": ["Send again"],
        "uncertain": ["Send again", "Mark as sent"],
    }


@pytest.mark.parametrize(
    ("post", "changes"),
    [
        ("again", {"failed": "waiting", "uncertain": "waiting"}),
        ("sent", {"uncertain": "sent"}),
    ],
)
def test_settling_changes_what_can_be_settled_and_nothing_else(
    post: str, changes: dict[str, str], told: House, app: App, woken: Callable[[], set[str]]
) -> None:
    queue.redis().flushdb()
    ids = {row.state: row.id for row in told.outbox("email")}
    for state, message_id in ids.items():
        answer = app.submit(f"/messages/{message_id}/{post}", {})
        assert (answer.status_code, answer.location) == (303, "/messages"), state
    after = {row.id: row.state for row in told.outbox("email")}
    assert {s: after[i] for s, i in ids.items() if after[i] != s} == changes
    assert ("deliver" in woken()) == (post == "again")


def test_what_is_sent_again_begins_anew(told: House, app: App) -> None:
    failed = by_state(app, "failed")
    told.change(failed, attempts=5, detail="mail_refused:550", ended_at=NOON)
    told.clock.jump(hours=1)
    app.submit(f"/messages/{failed.id}/again", {})
    [row] = [each for each in told.outbox("email") if each.id == failed.id]
    assert (row.state, row.attempts, row.detail, row.ended_at) == ("waiting", 0, "", None)
    assert row.due_at == NOON + timedelta(hours=1)


def test_from_the_log_one_comes_back_to_it_by_the_same_filters(told: House, app: App) -> None:
    failed = by_state(app, "failed")
    page = messages(app, "?state=failed&channel=email")
    action = f"/messages/{failed.id}/again?channel=email&state=failed"
    assert page.has("form", action=action)
    answer = app.submit(action, {})
    assert answer.location == "/messages?channel=email&state=failed"


def test_from_a_shipments_page_one_comes_back_to_it(told: House, app: App) -> None:
    failed = by_state(app, "failed")
    page = read(app.visit(f"/shipments/{shipment(told, 5).id}"))
    form = page.one("form", action=f"/messages/{failed.id}/again")
    field = form.one("input", name="shipment")
    answer = app.submit(form["action"], {"shipment": field["value"]})
    assert answer.location == f"/shipments/{shipment(told, 5).id}"
    for evil in ("//evil.test", "1/../../", "1\r\nX: y"):
        answer = app.submit(form["action"], {"shipment": evil})
        assert answer.location == "/messages"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        pytest.param(
            {"state": "failed", "detail": "mail_refused:550 no such user"},
            "The mail server refused the mail. (550 no such user)",
            id="refused",
        ),
        pytest.param(
            {"state": "uncertain", "detail": "broke"}, "It may or may not have arrived", id="broke"
        ),
        pytest.param(
            {"state": "waiting", "attempts": 2, "detail": "mail_unreachable",
             "due_at": NOON + timedelta(minutes=5)},
            "Tried 2 times; again today, 7:05 AM. The mail server cannot be reached.",
            id="tried",
        ),
        pytest.param(
            {"state": "waiting", "attempts": 1, "due_at": NOON}, "Tried 1 time; again", id="once"
        ),
        pytest.param({"state": "suppressed", "detail": "opted_out"}, "Opted out", id="opted out"),
        pytest.param({"state": "failed", "detail": "<b>new</b>"}, "<b>new</b>", id="unknown"),
    ],
)  # fmt: skip
def test_why_it_is_so_is_said(values: dict[str, object], text: str, app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    app.house.change(app.house.outbox("email")[0], **values)
    [row] = [each for each in rows(messages(app)) if "Email" in each.text]
    assert text in row.text


def test_that_a_number_changed_is_told_by_its_own_name(app: App) -> None:
    app.house.notify()
    ship(app.house, 1, shipped=NOON - 2 * HOUR)
    for told in app.house.outbox():
        app.house.change(told, state="sent", ended_at=NOON)
    app.house.clock.jump(hours=1)
    ship(app.house, 1, shipped=NOON - HOUR, numbers=[tracking_number(2)])
    pages = (messages(app), read(app.visit(f"/shipments/{shipment(app.house, 1).id}")))
    assert all("New tracking number" in page.text for page in pages)
    assert all("Shipping confirmation" in page.text for page in pages)


def test_a_text_that_waits_for_the_morning_says_until_when(app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    [row] = [each for each in rows(messages(app)) if "SMS" in each.text]
    assert "Until today, 8:00 AM, as you chose for this message." in row.text
    assert "+1 212-555-0147" in row.text


def test_writes_to_shopify_are_no_messages(app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    tell(app.house, 1, "Exception_Lost")
    [write] = app.house.outbox("shopify")
    app.house.change(write, state="failed")
    assert len(rows(messages(app))) == 2
    for post in ("again", "sent"):
        assert app.submit(f"/messages/{write.id}/{post}", {}).status_code == 404


def test_a_message_of_a_deleted_order_is_still_there(app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    app.hear("orders/delete", {"id": order_id(1)})
    found = rows(messages(app))
    assert len(found) == 2
    assert "maren" not in messages(app).text.lower()


def test_a_shop_without_messages_is_told_how_there_come_to_be_some(app: App) -> None:
    place(app.house, 1)
    app.house.notify(BOB)
    ship(app.house, 1, domain=BOB)
    page = messages(app)
    assert (rows(page), "No messages yet" in page.text) == ([], True)
    assert "No message fits these filters" in messages(app, "?state=failed").text
