"""Failures: what was set aside is told in plain words, tried again once, or dismissed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shopify_app import queue
from shopify_app.actions import accounts
from shopify_app.admin.messages import words as message_words
from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from tests import payloads
from tests.admin.shop import order_id, place, ship, tracking_number
from tests.pages import Element, read
from tests.support import ALICE, BOB, KEY, NOON, App
from webhooks.handlers import TOPICS, Topic

BAD = payloads.order(order_id(1), created_at="maren.oakdale@example.com")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def failed(app: App) -> App:
    """Of Alice: an order that could not be read, and a mail that was refused."""
    app.house.notify()
    app.house.change_shop(notify_sms=False)
    ship(app.house, 1)
    app.house.change(app.house.outbox("email")[0], state="failed", detail="mail_refused:550",
                     attempts=1, ended_at=NOON - timedelta(hours=1))  # fmt: skip
    set_aside(app, BAD)
    return app


def set_aside(app: App, body: Any, domain: str = ALICE) -> None:
    app.webhook("orders/updated", body, domain)
    for _ in range(process_inbox.MOST_TRIES):
        process_inbox.run()
        app.house.clock.jump(hours=1)


def failures(app: App, domain: str = ALICE) -> Element:
    return read(app.visit("/failures", domain))


def rows(page: Element) -> dict[str, Element]:
    return {row["id"]: row for row in page.all("tr", id=True)}


def inbox(app: App) -> Inbox:
    [row] = app.house.rows(Inbox)
    assert isinstance(row, Inbox)
    return row


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retrack was mended meanwhile, so that it takes what it did not."""
    monkeypatch.setitem(TOPICS, "orders/updated", Topic(lambda *_: None))
    return


def test_each_failure_says_what_of_which_order_why_and_by_what_it_is_found(failed: App) -> None:
    [came_in, to_send] = rows(failures(failed)).values()
    for said in ("Order updated", "Shopify", "#1", "A field of it is not as Shopify documents it.",
                 "created_at is not a time", f"Reference {inbox(failed).delivery_id}",
                 "Tried 5 times"):  # fmt: skip
        assert said in came_in.text
    row = failed.house.outbox("email")[0]
    for said in ("Shipping confirmation", "Email", "#1", "The mail server refused the mail. (550)",
                 f"Reference outbox {row.id}", "Tried 1 time"):  # fmt: skip
        assert said in to_send.text


def test_no_body_reaches_the_page(failed: App) -> None:
    text = failed.visit("/failures").text
    assert [w for w in ("maren.oakdale", "Oakdale", "New York, US") if w in text] == []


def test_home_leads_there_only_while_something_waits(failed: App) -> None:
    page = read(failed.visit("/"))
    assert "2 things could not be applied or sent" in page.text
    assert [a.text for a in page.all("a", href="/failures")] == ["Look at it"]
    failed.submit("/failures/dismiss", {"all": "1"})
    assert not read(failed.visit("/")).has("a", href="/failures")
    assert "Nothing is set aside" in failures(failed).text


def test_a_retry_is_made_once_and_its_result_is_told(failed: App, mended: None) -> None:
    queue.redis().flushdb()
    chosen = {"row": f"inbox-{inbox(failed).id}"}
    answer = failed.submit("/failures/retry", chosen)
    assert (answer.status_code, answer.location) == (303, "/failures?done=retry")
    assert queue.redis().exists("wake:inbox")
    page = failures(failed)
    assert list(rows(page)) == [f"outbox-{failed.house.outbox('email')[0].id}"]
    assert "Being tried" in page.one("div", id="decided").text
    assert failed.submit("/failures/retry", chosen).location == "/failures?done=nothing"
    process_inbox.run()
    assert (inbox(failed).state, inbox(failed).body) == ("done", b"")
    page = failures(failed)
    assert "Done" in page.one("div", id="decided").text
    assert "hx-get" not in page.one("div", id="decided").attributes
    failed.house.clock.jump(days=2)
    assert not failures(failed).has("div", id="decided")


def test_what_fails_again_is_back_at_once_and_says_so(failed: App) -> None:
    failed.submit("/failures/retry", {"row": f"inbox-{inbox(failed).id}"})
    process_inbox.run()
    assert inbox(failed).state == "set_aside"
    [row] = [row for name, row in rows(failures(failed)).items() if name.startswith("inbox")]
    assert "Tried 6 times" in row.text
    assert "again today" in row.text


def test_a_row_that_killed_its_worker_is_tried_alone_and_once(failed: App) -> None:
    row = inbox(failed)
    with failed.house.changing() as (session, _shop):
        dead = session.get_one(Inbox, row.id)
        dead.attempts, dead.failures, dead.note = 3, 0, "its worker died each time"
    assert "ended the worker three times" in failures(failed).text
    failed.submit("/failures/retry", {"row": f"inbox-{row.id}"})
    process_inbox.run()
    assert (inbox(failed).state, inbox(failed).failures) == ("set_aside", 5)


def test_a_message_tried_again_goes_by_the_rules_of_now(failed: App) -> None:
    row = failed.house.outbox("email")[0]
    failed.submit("/failures/retry", {"row": f"outbox-{row.id}"})
    [row] = failed.house.outbox("email")
    assert (row.state, row.attempts, row.insisted, row.decided_by) == ("waiting", 0, False, "42")


def test_what_is_dismissed_is_gone_with_its_body_and_it_is_known_by_whom(failed: App) -> None:
    failed.submit("/failures/dismiss", {"all": "1"})
    row, [mail] = inbox(failed), failed.house.outbox("email")
    assert (row.state, row.body, row.decided_by) == ("ignored", b"", "42")
    assert (mail.state, mail.detail, mail.decided_by) == (
        "suppressed", "dismissed:mail_refused:550", "42",
    )  # fmt: skip
    decided = failures(failed).one("div", id="decided").text
    assert decided.count("Dismissed") == 2
    assert "user 42" in decided
    said = read(failed.visit("/messages?state=suppressed")).text
    assert "Dismissed. The mail server refused the mail. (550)" in said


def test_another_shop_sees_nothing_and_changes_nothing(failed: App) -> None:
    place(failed.house, 2, domain=BOB)
    assert rows(failures(failed, BOB)) == {}
    mail = failed.house.outbox("email")[0]
    for form in ({"all": "1"}, {"row": f"inbox-{inbox(failed).id}"}, {"row": f"outbox-{mail.id}"}):
        for what in ("retry", "dismiss"):
            failed.submit(f"/failures/{what}", form, BOB)
    assert inbox(failed).state == "set_aside"
    assert failed.house.outbox("email")[0].state == "failed"
    assert "things could not be" not in failed.visit("/", BOB).text


def test_a_push_to_a_shops_own_account_is_its_own(app: App) -> None:
    app.house.follow()
    with app.house.changing() as (session, _shop):
        accounts.keep_installation_accounts(session, {"17track": KEY})
        own, every = app.house.account().id, accounts.of_installation(session, "17track")
        assert every
        for account, topic in ((own, "push"), (every.id, "push"), (BOB, "shop/update")):
            session.add(Inbox(source="17track", account=account, topic=topic, delivery_id="1",
                              received_at=NOON, due_at=NOON, ended_at=NOON, body=b"{",
                              state="set_aside", note="ValueError: "))  # fmt: skip
    [row] = rows(failures(app)).values()
    assert "News of a parcel" in row.text
    assert "17TRACK" in row.text
    assert "Store updated" in failures(app, BOB).text


def test_a_row_that_is_none_is_passed_over(failed: App) -> None:
    for row in ("inbox-", "inbox-x", "orders-1", f"inbox-{2**63}", f"outbox-{'9' * 5000}", ""):
        answer = failed.submit("/failures/dismiss", {"row": row})
        assert answer.location == "/failures?done=nothing"


def test_one_whose_end_is_not_on_record_is_told_by_when_it_was_due(failed: App) -> None:
    row = failed.house.outbox("email")[0]
    failed.house.change(row, ended_at=None, due_at=NOON - timedelta(days=2))
    [_came_in, to_send] = rows(failures(failed)).values()
    assert to_send["id"] == f"outbox-{row.id}"
    assert "Nov 22" in to_send.text


def test_every_topic_that_can_come_has_a_name(app: App) -> None:
    with app.client.application.test_request_context():
        assert [topic for topic in TOPICS if message_words.topic(topic) == topic] == []


def test_many_failures_come_page_by_page_and_all_can_be_chosen(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopify_app.admin.paging.SIZE", 2)
    app.house.notify()
    ship(app.house, 1, numbers=[tracking_number(1)])
    for n in range(3):
        set_aside(app, BAD | {"admin_graphql_api_id": f"{n}"})
    ends = {row.ended_at for row in app.house.rows(Inbox)}
    for row in app.house.outbox():  # some ended at one moment with what came in
        app.house.change(row, state="failed", ended_at=max(filter(None, ends)))
    pages, path = [], "/failures"
    while path:
        page = read(app.visit(path))
        pages.append([*rows(page)])
        assert "All 5" in page.text
        path = next((link["href"] for link in page.all("a", rel="next", href=True)), "")
    assert [len(each) for each in pages] == [2, 2, 1]
    assert len({row for each in pages for row in each}) == 5
    back = page.one("a", rel="prev")["href"]
    assert [*rows(read(app.visit(back)))] == pages[1]
    app.submit("/failures/dismiss", {"row": pages[2][0]})
    beyond_all = back.replace("before", "after")
    assert [*rows(read(app.visit(beyond_all)))] == pages[0], "not an empty page"
    app.submit("/failures/retry", {"all": "1"})
    assert {row.state for row in app.house.outbox()} <= {"waiting", "suppressed"}
