"""A delivery is verified, kept once and answered; the two doors do the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shopify_app import database, queue
from shopify_app.models import Inbox
from tests import payloads
from tests.support import ALICE, API_SECRET, NOON, App, TestClock
from tests.waiting import eventually
from webhooks import receive, writer

Door = Callable[[bytes, Mapping[str, str]], int]
BODY = payloads.raw(payloads.order())
OLD_SECRET = "the-secret-before-the-rotation"
CHANGEABLE = ("shop-domain", "topic", "webhook-id", "event-id", "triggered-at")
TOO_LARGE = b" " * (receive.LARGEST_BODY + 1)


def headers(body: bytes = BODY, **changed: str | None) -> dict[str, str]:
    """Shopify's headers; those in `changed` replace them, or (None) leave them out."""
    sent = payloads.webhook_headers("orders/create", body, ALICE, API_SECRET, 1)
    named = {f"x-shopify-{name.replace('_', '-')}": value for name, value in changed.items()}
    both = {name.lower(): value for name, value in sent.items()} | named
    return {name: value for name, value in both.items() if value is not None}


@pytest.fixture
def secrets(test_clock: TestClock) -> None:
    receive.configure([API_SECRET.encode(), OLD_SECRET.encode()])


@pytest.fixture
def own_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer for this test alone: whatever becomes of it, the others keep theirs."""
    monkeypatch.setattr(receive, "_writer", writer.Writer())


def ago(**past: float) -> str:
    return (NOON - timedelta(**past)).isoformat()


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"hmac_sha256": None}, id="no signature"),
        pytest.param({"hmac_sha256": payloads.sign(BODY, "another")}, id="forged"),
        pytest.param({"shop_domain": None}, id="no shop"),
        pytest.param({"topic": None}, id="no topic"),
        pytest.param({"webhook_id": None}, id="no id"),
        pytest.param({"shop_domain": "alice.example.com"}, id="not at Shopify"),
        pytest.param({"shop_domain": "alice.myshopify.com.evil.com"}, id="another site's end"),
        pytest.param({"shop_domain": "evil.com/alice.myshopify.com"}, id="another site's path"),
        pytest.param({"shop_domain": "alice.myshopify.com\n"}, id="line break after the shop"),
        pytest.param({"triggered_at": ago(hours=48, seconds=1)}, id="stale"),
    ],
)
@pytest.mark.usefixtures("secrets")
def test_a_delivery_that_proves_nothing_is_refused(changed: dict[str, str | None]) -> None:
    assert receive.check(headers(**changed), BODY) == receive.Checked(401)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="as Shopify sends it"),
        pytest.param({"hmac_sha256": payloads.sign(BODY, OLD_SECRET)}, id="the old secret"),
        pytest.param({"shop_domain": "ALICE.myshopify.com"}, id="the shop in capitals"),
        pytest.param({"event_id": None}, id="no event id"),
        pytest.param({"triggered_at": ago(hours=48)}, id="two days late"),
    ],
)
@pytest.mark.usefixtures("secrets")
def test_a_delivery_of_shopify_is_kept_as_it_came(changed: dict[str, str | None]) -> None:
    checked = receive.check(headers(**changed), BODY)
    assert checked.status == 200
    assert checked.row is not None
    assert (checked.row["account"], checked.row["body"]) == (ALICE, BODY)


@given(st.dictionaries(st.sampled_from(CHANGEABLE), st.text(st.characters(codec="latin-1"))))
@pytest.mark.usefixtures("secrets")
def test_headers_of_any_content_get_an_answer(junk: dict[str, str]) -> None:
    assert receive.check(headers(**junk), BODY).status in {200, 401}


@pytest.mark.usefixtures("secrets")
def test_an_oversized_body_is_refused_before_it_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []
    monkeypatch.setattr(receive, "signed_by_shopify", lambda body, *_: hashed.append(body))
    assert receive.check(headers(TOO_LARGE), TOO_LARGE) == receive.Checked(413)
    assert hashed == []
    receive.check(headers(), TOO_LARGE[1:])
    assert hashed, "the largest that is taken"


def test_both_doors_answer_alike_and_keep_the_same_row(app: App, door: Door) -> None:
    answers = {
        "right": door(BODY, headers(event_id="e", triggered_at=ago(hours=1))),
        "forged": door(BODY + b" ", headers(webhook_id="2")),
        "no shop": door(BODY, headers(webhook_id="3", shop_domain=None)),
        "stale": door(BODY, headers(webhook_id="4", triggered_at=ago(days=3))),
        "oversized": door(TOO_LARGE, headers(TOO_LARGE, webhook_id="5")),
    }
    assert answers == {
        "right": 200,
        "forged": 401,
        "no shop": 401,
        "stale": 401,
        "oversized": 413,
    }
    [row] = app.house.rows(Inbox)
    assert (row.source, row.account, row.topic) == ("shopify", ALICE, "orders/create")
    assert (row.event_id, row.triggered_at) == ("e", ago(hours=1))
    assert (row.body, row.state, row.received_at, row.due_at) == (BODY, "waiting", NOON, NOON)


def test_a_repeated_delivery_is_answered_and_kept_once(app: App, door: Door) -> None:
    assert [door(BODY, headers()) for _ in range(3)] == [200, 200, 200]
    assert len(app.house.rows(Inbox)) == 1
    assert door(BODY, headers(webhook_id="another delivery")) == 200
    assert len(app.house.rows(Inbox)) == 2


def test_headers_that_are_no_utf_8_are_answered_and_never_break(door: Door) -> None:
    junk = "\xff\xfe\xe9"
    answers = {name: door(BODY, headers(**{name: junk})) for name in (*CHANGEABLE, "hmac-sha256")}
    kept = {"topic", "webhook-id", "event-id", "triggered-at"}
    assert answers == {name: 200 if name in kept else 401 for name in answers}


@pytest.mark.usefixtures("own_writer")
def test_what_could_not_be_written_is_not_answered_with_200(
    app: App, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(rows: list[writer.Row]) -> None:
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    with monkeypatch.context() as for_now:
        for_now.setattr(writer, "insert", full)
        assert door(BODY, headers()) == 503
    assert app.house.rows(Inbox) == []
    assert door(BODY, headers()) == 200, "the delivery that Shopify repeats"


@pytest.mark.usefixtures("own_writer")
def test_a_locked_database_means_503_and_holds_up_nothing_afterwards(
    app: App, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "PATIENCE", 0.2)
    with _locked_inbox():
        assert door(BODY, headers()) == 503
    monkeypatch.setattr(receive, "PATIENCE", 3)
    assert door(BODY, headers()) == 200
    assert len(app.house.rows(Inbox)) == 1


@contextmanager
def _locked_inbox() -> Iterator[None]:
    """Someone else is writing, and takes their time."""
    engine = database.engine()
    with database.write_lock(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        yield


def test_a_worker_is_woken_once_the_row_is_durable(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[str, int]] = []
    monkeypatch.setattr(
        queue, "wake", lambda name: woken.append((name, len(app.house.rows(Inbox))))
    )
    app.webhook("orders/create", payloads.order())
    eventually(lambda: woken)
    assert woken == [("inbox", 1)]


def test_without_redis_a_delivery_is_kept_and_answered(app: App) -> None:
    queue.configure("unix:///nowhere/redis.sock")
    assert [app.webhook("orders/create", payloads.order()).status_code for _ in "12"] == [200, 200]
    assert len(app.house.rows(Inbox)) == 2
