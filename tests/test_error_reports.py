"""A report of an error says where it happened, and holds nothing of what was at hand."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from shopify_app import error_reports, observe
from shopify_app.jobs import deliver
from shopify_app.outgoing import render
from tests import payloads
from tests.support import API_SECRET, App

DSN = "https://public@sentry.example/1"
CANARIES = ("maren.oakdale@example.com", "+15550100199", "shpat_canary", "Oakdale", API_SECRET)


class Kept(Transport):
    """Sends nothing, keeps what would have gone."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.sent += [item.payload.json for item in envelope.items]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """Reports are switched on, and go nowhere."""
    transport, init = Kept(), sentry_sdk.init
    monkeypatch.setattr(
        sentry_sdk, "init", lambda *given, **more: init(*given, transport=transport, **more)
    )
    error_reports.configure(DSN)
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def test_a_report_says_where_and_about_what(kept: Kept) -> None:
    with observe.about(request="abc12345", shop=7):
        try:
            raise ZeroDivisionError("1 by 0")
        except ZeroDivisionError:
            logging.getLogger("shopify_app.jobs").exception("row %d ended unforeseen", 12)
    [event] = kept.sent
    [error] = event["exception"]["values"]
    assert error["type"] == "ZeroDivisionError"
    [frame] = error["stacktrace"]["frames"]
    assert frame["function"] == "test_a_report_says_where_and_about_what"
    assert event["logentry"] == {"message": "row %d ended unforeseen"}
    assert event["tags"] == {"request": "abc12345", "shop": "7"}


def test_nothing_of_what_was_at_hand_is_in_it(kept: Kept) -> None:
    email, phone, token, name, secret = CANARIES
    local = {"email": email, "phone": phone}
    log = logging.getLogger("shopify_app.jobs")
    log.info("before: %s", email)
    try:
        try:
            raise ValueError(f"{email} {phone} {token}")
        except ValueError as cause:
            raise RuntimeError(name) from cause
    except RuntimeError:
        log.exception("broke for %s", secret, extra={"customer": local})
    [event] = kept.sent
    assert len(event["exception"]["values"]) == 2
    told = json.dumps(event)
    assert [canary for canary in CANARIES if canary in told] == []


def test_a_page_that_breaks_is_reported_without_its_request(
    app: App, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    application: Any = app.client.application
    monkeypatch.setattr(application, "testing", False)
    monkeypatch.setitem(application.config, "PROPAGATE_EXCEPTIONS", False)

    def broken(**_: Any) -> str:
        raise ValueError(CANARIES[0])

    monkeypatch.setitem(application.view_functions, "health.healthz", broken)
    answer = app.client.get(f"/healthz?email={CANARIES[0]}", headers={"Cookie": CANARIES[2]})
    assert answer.status_code == 500
    [event] = kept.sent
    assert "request" not in event
    assert [canary for canary in CANARIES if canary in json.dumps(event)] == []


def test_a_row_that_cannot_be_made_ready_is_reported_by_its_number(
    app: App, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: str, shop: Any, order: Any, *_: Any, **__: Any) -> str:
        raise ValueError(f"{order.email} {order.customer_name}")

    app.house.notify()
    app.house.record(payloads.fulfilled_order())
    monkeypatch.setattr(render, "email", broken)
    monkeypatch.setattr(render, "sms", broken)
    deliver.run()
    assert kept.sent
    rows = {f"outbox-{row.id}" for row in app.house.outbox()}
    assert {event["tags"]["row"] for event in kept.sent} <= rows
    told = json.dumps(kept.sent)
    assert [canary for canary in CANARIES if canary in told] == []


def test_without_an_address_nothing_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentry_sdk, "init", pytest.fail)
    error_reports.configure("")
