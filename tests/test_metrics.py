"""What a scrape of /metrics tells, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shopify_app import database, metrics, queue
from shopify_app.jobs import process_inbox
from shopify_app.models import Calls, Inbox, Stopping
from tests import payloads
from tests.support import ALICE, BOB, KEY, NOON, App

TOKEN = "the-token-of-the-scraper"
HOUR = timedelta(hours=1)


@pytest.fixture
def scraped(app: App) -> Iterator[App]:
    """The application with a token for scrapes."""
    metrics.configure(TOKEN)
    yield app
    metrics.configure("")


def figures(app: App) -> dict[str, float]:
    """Each sample by its name and the values of its labels, which are in order of their names."""
    answer = app.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_without_a_token_set_there_is_no_such_page(app: App) -> None:
    assert app.client.get("/metrics").status_code == 404
    assert app.client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "shown", ["", f"Basic {TOKEN}", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer \xe9"]
)
def test_without_the_token_nothing_is_told(shown: str, scraped: App) -> None:
    answer = scraped.client.get("/metrics", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "retrack_" not in answer.text
    assert ("not METRICS_TOKEN" in answer.text) == shown.startswith("Bearer ")


def test_the_scheme_may_be_written_in_any_case(scraped: App) -> None:
    answer = scraped.client.get("/metrics", headers={"Authorization": f"bearer {TOKEN}"})
    assert answer.status_code == 200


def test_an_empty_house_has_figures(scraped: App) -> None:
    found = figures(scraped)
    assert found["retrack_shipments_active"] == 0
    assert found["retrack_inbox_waiting"] == found["retrack_outbox_oldest_seconds"] == 0
    assert not any(name.startswith("retrack_freshness_seconds") for name in found)


def test_freshness_is_that_of_every_shop(scraped: App) -> None:
    for hours, domain in enumerate((ALICE, BOB), start=1):
        scraped.house.follow(domain)
        scraped.house.record(payloads.fulfilled_order(), domain)
        scraped.house.choose()
        [shipment] = scraped.house.shipments(domain)
        scraped.house.change(shipment, looked_at=NOON - hours * HOUR)
    found = figures(scraped)
    assert found["retrack_shipments_active"] == 2
    assert found["retrack_freshness_seconds 0.5"] == 3600
    assert found["retrack_freshness_seconds 0.95"] == 7200


def test_calls_are_counted_by_provider_and_kind(scraped: App) -> None:
    for domain in (ALICE, BOB):
        scraped.house.follow(domain)
        with database.writing() as session:
            account = scraped.house.account(domain).id
            session.add(
                Calls(account_id=account, day=NOON.date(), what="fetch", calls=2, numbers=50)
            )
    found = figures(scraped)
    assert found["retrack_provider_calls_total fetch 17track"] == 4
    assert found["retrack_provider_numbers_total fetch 17track"] == 100


def test_what_waits_is_counted_with_how_long_it_is_due(scraped: App) -> None:
    scraped.house.notify()
    scraped.house.record(payloads.fulfilled_order())
    scraped.webhook("orders/create", payloads.order())
    scraped.house.clock.jump(minutes=5)
    with database.writing() as session:
        row = session.query(Inbox).one()
        row.due_at = scraped.house.clock.now + HOUR
    found = figures(scraped)
    assert (found["retrack_inbox_waiting"], found["retrack_inbox_oldest_seconds"]) == (1, 0)
    assert found["retrack_outbox_waiting"] >= 1
    assert found["retrack_outbox_oldest_seconds"] == 300


def test_accounts_in_trouble_are_counted_by_trouble(scraped: App) -> None:
    for domain in (ALICE, BOB):
        scraped.house.follow(domain)
    with database.writing() as session:
        session.merge(scraped.house.account(ALICE)).problem = "auth"
    found = figures(scraped)
    assert found["retrack_accounts_in_trouble auth 17track"] == 1
    assert sum(value for name, value in found.items() if "in_trouble" in name) == 1


def test_reports_set_aside_are_counted_by_who_sent_them(scraped: App) -> None:
    with database.writing() as session:
        row = Inbox(source="twilio", account="AC1", topic="status", delivery_id="1", body=b"")
        row.received_at, row.due_at, row.state = NOON, NOON, "set_aside"
        session.add(row)
    assert figures(scraped)["retrack_reports_set_aside twilio"] == 1


def test_what_came_to_no_good_end_is_counted(scraped: App) -> None:
    scraped.house.notify()
    scraped.house.record(payloads.fulfilled_order())
    first, second, *_ = scraped.house.outbox()
    scraped.house.change(first, state="failed")
    scraped.house.change(second, state="uncertain")
    scraped.webhook("orders/create", payloads.order())
    with database.writing() as session:
        session.query(Inbox).one().state = "set_aside"
    found = figures(scraped)
    assert found["retrack_inbox_set_aside"] == 1
    unsettled = ("failed", "uncertain", "sending")
    assert [found[f"retrack_outbox_unsettled {state}"] for state in unsettled] == [1, 1, 0]


def test_webhooks_are_told_by_how_late_they_came_and_how_long_they_took(scraped: App) -> None:
    assert not any("webhook_d" in name for name in figures(scraped))
    for minutes in (1, 2, 60):
        at = (scraped.house.clock.now - timedelta(minutes=minutes)).isoformat()
        scraped.webhook("orders/create", payloads.order(), X_Shopify_Triggered_At=at)
    scraped.house.clock.jump(seconds=30)
    process_inbox.run()
    scraped.house.clock.jump(minutes=5)
    found = figures(scraped)
    delays = [found[f"retrack_webhook_delay_seconds {q}"] for q in ("0.5", "0.95", "1")]
    assert delays == [120, 3600, 3600]
    assert found["retrack_webhook_lag_seconds 0.95"] == 30
    assert found["retrack_webhook_last_seconds"] == 330
    scraped.house.clock.jump(hours=1)
    assert not any(name.startswith("retrack_webhook_d") for name in figures(scraped))


def test_while_no_webhook_is_kept_the_silence_is_as_long_as_a_store_has_had_the_app(
    scraped: App,
) -> None:
    scraped.house.change_shop(installed_at=NOON - HOUR)
    scraped.house.change_shop(BOB, installed_at=NOON - 9 * HOUR, uninstalled_at=NOON)
    assert figures(scraped)["retrack_webhook_last_seconds"] == 3600
    scraped.webhook("orders/create", payloads.order())
    assert figures(scraped)["retrack_webhook_last_seconds"] == 0


def test_a_provider_that_nothing_is_due_at_is_told_as_well(scraped: App) -> None:
    scraped.house.follow()
    assert figures(scraped)["retrack_looks_due 17track"] == 0


def test_looks_and_the_work_of_shops_are_told_by_how_long_they_are_due(scraped: App) -> None:
    scraped.house.follow()
    scraped.house.record(payloads.fulfilled_order())
    scraped.house.choose()
    [shipment] = scraped.house.shipments()
    scraped.house.change(shipment, look_at=NOON - 2 * HOUR)
    scraped.house.change_shop(reconcile_at=NOON - HOUR, token_due_at=NOON + HOUR)
    scraped.house.change_shop(BOB, reconcile_at=NOON - 9 * HOUR, uninstalled_at=NOON)
    found = figures(scraped)
    assert found["retrack_looks_due 17track"] == 1
    assert found["retrack_looks_oldest_seconds 17track"] == 7200
    assert found["retrack_shop_work_oldest_seconds reconcile"] == 3600
    assert found["retrack_shop_work_oldest_seconds token"] == 0
    assert found["retrack_shop_work_oldest_seconds import"] == 0


def test_providers_are_told_by_their_last_answer_and_what_is_left(scraped: App) -> None:
    for domain, hours, left in ((ALICE, 1, 50), (BOB, 2, 7)):
        scraped.house.follow(domain)
        with scraped.house.changing_account(domain) as (_, account):
            account.answered_at, account.quota_left = NOON - hours * HOUR, left
    found = figures(scraped)
    assert found["retrack_provider_silent_seconds 17track"] == 3600
    assert found["retrack_provider_quota_left 17track"] == 7


def test_stores_are_counted_by_what_is_wrong_with_them(scraped: App) -> None:
    scraped.house.change_shop(token_refused_at=NOON)
    scraped.house.change_shop(BOB, import_state="running")
    found = figures(scraped)
    states = ("installed", "importing", "import_failed", "token_refused", "mail_refused")
    assert [found[f"retrack_shops {state}"] for state in states] == [2, 1, 0, 1, 0]


def test_workers_are_counted_by_their_queue_while_they_live(scraped: App) -> None:
    redis = queue.redis()
    for name in ("one", "killed"):
        redis.sadd("rq:workers:poll", f"rq:worker:{name}")
    redis.hset("rq:worker:one", "state", "idle")
    found = figures(scraped)
    assert (found["retrack_workers poll"], found["retrack_workers inbox"]) == (1, 0)
    assert found["retrack_redis_up"] == 1


def test_without_redis_the_figures_of_the_database_are_told(scraped: App) -> None:
    queue.configure("unix:///nowhere.sock")
    found = figures(scraped)
    assert (found["retrack_redis_up"], found["retrack_inbox_waiting"]) == (0, 0)
    assert not any(name.startswith("retrack_workers") for name in found)


def test_nothing_told_is_a_secret_or_anybodys(scraped: App) -> None:
    scraped.house.follow()
    scraped.house.record(payloads.fulfilled_order())
    scraped.house.choose()
    told = scraped.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    account = scraped.house.account().id
    for secret in (KEY, TOKEN, ALICE, account, payloads.NUMBER, "maren"):
        assert secret not in told


def test_numbers_that_a_provider_is_still_to_stop_are_counted_and_timed(scraped: App) -> None:
    with database.writing() as session:
        for number, wanted_at in (("RR1", NOON), ("RR2", NOON + 2 * HOUR)):
            told = {"provider": "17track", "api_key": KEY, "key_hash": "k", "number": number}
            session.add(Stopping(wanted_at=wanted_at, due_at=NOON + 3 * HOUR, **told))
    scraped.house.clock.now += HOUR
    found = figures(scraped)
    assert (found["retrack_stops_waiting"], found["retrack_stops_oldest_seconds"]) == (1, 3600)
