"""What a scrape of /metrics tells, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shopify_app import database, metrics
from shopify_app.models import Calls, Inbox
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


def test_nothing_told_is_a_secret_or_anybodys(scraped: App) -> None:
    scraped.house.follow()
    scraped.house.record(payloads.fulfilled_order())
    scraped.house.choose()
    told = scraped.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    account = scraped.house.account().id
    for secret in (KEY, TOKEN, ALICE, account, payloads.NUMBER, "maren"):
        assert secret not in told
