"""A request is known by one id in the log and in its answer, whatever way it comes."""

from __future__ import annotations

import logging

import pytest

from shopify_app import observe
from shopify_app.jobs import process_inbox
from tests import payloads
from tests.asgi_client import Connection, run, scope
from tests.support import API_SECRET, App

GIVEN = "0123456789abcdef-1"


class Listener(logging.Handler):
    """Keeps what each line is about."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[dict[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append({"message": record.getMessage(), **observe.known()})


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_a_page_answers_with_the_id_that_it_was_given(app: App) -> None:
    answer = app.client.get("/healthz", headers={"X-Request-Id": GIVEN})
    assert answer.headers.getlist("X-Request-Id") == [GIVEN]


def test_without_one_it_gets_one_of_ours(app: App) -> None:
    first, second = (app.client.get("/healthz").headers["X-Request-Id"] for _ in range(2))
    assert len({first, second, observe.request_id(first)}) == 2


@pytest.mark.parametrize("path", ["/healthz", "/webhooks"])
def test_both_doors_of_an_asgi_server_answer_with_it(path: str, app: App) -> None:
    raw = payloads.raw(payloads.order())
    sent = payloads.webhook_headers("orders/create", raw, "alice.myshopify.com", API_SECRET, 1)
    sent |= {"X-Request-Id": GIVEN}
    headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    client = Connection(raw)
    method = "POST" if path == "/webhooks" else "GET"
    asked = scope(path, method, headers=headers)
    run(app.client.application.asgi(asked, client.receive, client.send))
    assert client.status == 200
    assert client.headers[b"x-request-id"] == GIVEN.encode()
    assert observe.known() == {}


def test_what_is_logged_meanwhile_is_about_the_request(app: App, listener: Listener) -> None:
    log = logging.getLogger("shopify_app.auth.embedded")
    log.addHandler(listener)
    log.setLevel(logging.INFO)
    app.client.get("/orders", headers={"X-Request-Id": GIVEN, "Authorization": "Bearer x"})
    log.removeHandler(listener)
    assert [line["request"] for line in listener.heard] == [GIVEN]


def test_a_page_of_a_shop_is_about_that_shop(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    before = app.client.application.ensure_sync
    monkeypatch.setattr(
        app.client.application,
        "ensure_sync",
        lambda view: seen.append(dict(observe.known())) or before(view),
    )
    assert app.visit("/orders").status_code == 200
    assert {line["shop"] for line in seen if "shop" in line} == {str(app.house.shop().id)}


def test_a_job_that_logs_is_about_its_row(app: App, listener: Listener) -> None:
    app.webhook("orders/create", payloads.order(created_at="no time"))
    log = logging.getLogger("shopify_app.jobs.process_inbox")
    log.addHandler(listener)
    process_inbox.run()
    log.removeHandler(listener)
    [told] = [line for line in listener.heard if "failed" in line["message"]]
    assert told["job"] == "inbox"
    assert told["row"].startswith("inbox-")
