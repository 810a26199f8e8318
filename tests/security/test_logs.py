"""Nothing of a customer and no secret reaches a log, by whatever goes well or breaks."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from requests import ConnectionError as Unreachable
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from shopify_app import database, observe, queue
from shopify_app.actions import orders
from shopify_app.jobs import bulk, deliver, poll_carriers, process_inbox, tick
from shopify_app.outgoing.errors import Permanent
from tests import payloads
from tests.stubs import AdminApi, SeventeenTrack, TokenEndpoint
from tests.support import ALICE, API_SECRET, App, id_token

CANARIES = {
    "name": "Xanthippe",
    "email": "xanthippe@canary.example",
    "phone": "+84909111222",
    "street": "7 Canary Wharf",
    "token": f"shpat_{ALICE}",
    "refresh": "shprt_canary",
    "key": "CANARYKEY17TRACK0",
    "api secret": API_SECRET,
    "password": "mail-canary-password",
}
EVIL = f"{CANARIES['name']} {CANARIES['email']} {CANARIES['phone']} {CANARIES['street']}"


class Log:
    """What the process writes of itself, at the most talkative level."""

    def __init__(self) -> None:
        observe.configure("DEBUG")
        self._stream = io.StringIO()
        [ours] = logging.getLogger().handlers
        assert isinstance(ours, logging.StreamHandler)
        ours.setStream(self._stream)

    def read(self) -> str:
        return self._stream.getvalue()

    def holds_nothing(self, *more: str) -> None:
        told = self.read()
        assert told, "something was logged"
        found = [name for name, canary in CANARIES.items() if canary in told]
        assert found == []
        assert [canary for canary in more if canary in told] == []


@pytest.fixture
def log(app: App) -> Iterator[Log]:
    yield Log()
    observe.configure("INFO")


def order(**more: Any) -> payloads.Body:
    place = payloads.address(
        name=CANARIES["name"],
        first_name=CANARIES["name"],
        address1=CANARIES["street"],
        phone=CANARIES["phone"],
    )
    contact = {"email": CANARIES["email"], "contact_email": CANARIES["email"]}
    return payloads.fulfilled_order(shipping_address=place, **contact | more)


@pytest.fixture
def known(app: App, shopify: AdminApi, carrier: SeventeenTrack) -> App:
    app.house.notify()
    app.house.follow(key=CANARIES["key"])
    app.house.change_shop(refresh_token=CANARIES["refresh"])
    app.hear("orders/create", order())
    app.house.choose()
    return app


def test_a_day_in_which_all_goes_well_tells_nothing(
    log: Log, known: App, token_endpoint: TokenEndpoint
) -> None:
    shipment = known.house.shipments()[0]
    visits = [f"/orders/{payloads.ORDER}", f"/shipments/{shipment.id}", "/privacy", "/settings"]
    for path in (*visits, f"/orders?q={CANARIES['email']}", f"/tracking?q={CANARIES['name']}"):
        assert known.visit(path).status_code == 200
    link = known.submit("/orders/export", {}).headers["HX-Redirect"]
    assert CANARIES["name"] in known.client.get(link).text
    for run in (process_inbox.run, deliver.run, poll_carriers.run, bulk.run, tick.tick):
        run()
    log.holds_nothing(link, id_token(known.house.clock.now))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(order(created_at=EVIL), id="a time that is none"),
        pytest.param(order(id=EVIL), id="an id that is none"),
        pytest.param(order(line_items=EVIL), id="a list that is none"),
        pytest.param(order(customer=EVIL), id="an object that is none"),
        pytest.param(order(email=[EVIL]), id="a text that is none"),
        pytest.param(payloads.raw(order())[:-9], id="cut off"),
        pytest.param(b'"' + EVIL.encode() + b'"', id="no object"),
    ],
)
def test_a_body_that_cannot_be_read_is_not_quoted(
    body: payloads.Body | bytes, log: Log, app: App
) -> None:
    app.hear("orders/updated", body)
    assert "failed, try 1" in log.read()
    log.holds_nothing()


def test_what_is_forged_is_not_quoted(log: Log, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    told = id_token(app.house.clock.now, aud="another")
    app.client.get("/orders", headers={"Authorization": f"Bearer {told}"})
    app.client.get(f"/auth/callback?shop={ALICE}&code=canary-code&hmac=canary-hmac")
    app.webhook("orders/create", order(), X_Shopify_Hmac_Sha256="canary-hmac")
    app.client.get("/stop/canary-link")
    log.holds_nothing(told, told.rpartition(".")[2], "canary-")


def broken(*_args: object, **_more: object) -> None:
    """What a library says of a value that it cannot use."""
    try:
        int(EVIL)
    except ValueError as error:
        error.add_note(EVIL)
        raise KeyError(EVIL, CANARIES["token"]) from error


def test_a_traceback_says_where_and_what_but_not_about_whom(
    log: Log, known: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(orders, "record_order", broken)
        known.hear("orders/updated", order(updated_at="2026-11-23T11:00:00-05:00"))
    known.client.application.testing = False  # type: ignore[attr-defined]
    try:
        with monkeypatch.context() as patched:
            patched.setattr(database, "reading", broken)
            assert known.visit("/orders").status_code == 500
    finally:
        known.client.application.testing = True  # type: ignore[attr-defined]
    assert "Traceback" in log.read()
    assert "ValueError" in log.read()
    assert "KeyError" in log.read()
    assert "test_logs.py" in log.read(), "the line where it came about"
    log.holds_nothing()


@pytest.mark.parametrize("name", queue.JOBS)
def test_a_job_that_breaks_tells_neither_the_log_nor_redis(
    name: str, log: Log, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As RQ runs it: it logs a traceback itself, and keeps it for the failed job."""
    monkeypatch.setattr(queue, "JOBS", {name: f"{__name__}.break_off"})
    queue.wake(name)
    worker = SimpleWorker(
        [queue.queue(name, queue.redis())], connection=queue.redis(), serializer=JSONSerializer
    )
    worker.work(burst=True, logging_level="DEBUG")
    kept = [queue.redis().dump(key) or b"" for key in queue.redis().keys("*")]
    assert kept
    for canary in CANARIES.values():
        assert not any(canary.encode() in each for each in kept)
    assert "broke off" in log.read()
    log.holds_nothing()


def break_off() -> None:
    queue.work("inbox", broken)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fails",
    [
        pytest.param(Unreachable(EVIL), id="out of reach"),
        pytest.param((400, {"error": EVIL}), id="refused in words"),
        pytest.param((200, EVIL), id="gibberish"),
    ],
)
def test_what_others_answer_is_not_quoted(
    fails: Any, log: Log, known: App, token_endpoint: TokenEndpoint, carrier: SeventeenTrack
) -> None:
    token_endpoint.says = fails
    carrier.fails = (500, {"message": EVIL})
    known.house.change_shop(access_expires_at=known.house.clock.now, import_state="waiting")
    known.visit("/", "mallory.myshopify.com")
    [shipment] = known.house.shipments()
    known.house.change(shipment, look_at=known.house.clock.now)
    for run in (poll_carriers.run, bulk.run):
        run()
    log.holds_nothing()


def test_a_mail_server_that_refuses_is_not_quoted(
    log: Log, known: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals: list[Exception] = [Permanent("mail_refused", 550), ValueError(EVIL), OSError(EVIL)]

    def refuse(*_: object) -> str:
        raise refusals[0]

    monkeypatch.setattr("shopify_app.outgoing.email._Smtp.__call__", refuse)
    monkeypatch.setattr("shopify_app.outgoing.sms.post", refuse)
    while refusals:
        for row in known.house.outbox():
            known.house.change(row, state="waiting", due_at=known.house.clock.now, insisted=True)
        deliver.run()
        refusals.pop(0)
    log.holds_nothing()


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\x1b[31m", "\u2028", "\x00", "\u202e"])
def test_what_is_put_into_a_message_stays_on_its_line(sign: str, log: Log) -> None:
    logging.getLogger("shopify_app.x").warning("the topic %s", f"a{sign}2026-01-01 INFO forged")
    [line] = [each for each in log.read().splitlines() if "the topic" in each]
    assert re.search(r"forged$", line)
    assert sign not in log.read().rstrip("\n")


def test_a_topic_in_a_header_forges_no_line(log: Log, app: App) -> None:
    app.webhook("orders/updated\u0085INFO forged", order(created_at="x"))
    process_inbox.run()
    assert not [line for line in log.read().splitlines() if line.startswith("INFO forged")]
