"""A body is taken up to a size, within a time and as it came, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import io
from typing import Any

import pytest

from shopify_app import asgi
from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from tests import payloads
from tests.asgi_client import Connection, ask, run, scope
from tests.support import ALICE, API_SECRET, App
from webhooks import receive

BODY = payloads.raw(payloads.order())


class Dripping(Connection):
    """A client that sends a byte now and then, for ever."""

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"x", "more_body": True}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "BODY_SECONDS", 0.05)


def never(*_: object) -> list[bytes]:
    raise AssertionError("half a request was served")


def test_a_body_that_drips_in_is_given_up_and_takes_no_thread(hasty: None) -> None:
    client = ask(never, "/orders", Dripping(), method="POST")
    assert (client.status, client.headers[b"connection"]) == (408, b"close")


def test_a_delivery_that_drips_in_is_given_up(hasty: None) -> None:
    client = Dripping()
    run(receive.receive(scope("/webhooks", "POST"), client.receive, client.send))
    assert (client.status, client.headers[b"connection"]) == (408, b"close")


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks",
        "/webhooks/twilio/status",
        "/webhooks/email/token",
        "/stop/token",
        "/settings",
        "/uploads",
        "/auth",
        "/nothing-here",
    ],
)
def test_no_way_takes_more_than_five_megabytes(path: str, app: App) -> None:
    announced = [(b"content-length", str(asgi.LARGEST_BODY + 1).encode())]
    web: Any = app.client.application
    for chunks, headers in (([b"x"], announced), ([b"x" * 2**20] * 6, [])):
        client = Connection(*chunks)
        run(web(scope(path, "POST", headers=headers), client.receive, client.send))
        assert client.status == 413
    answer = app.client.post(path, input_stream=io.BytesIO(b"x"), content_length=2**33)
    assert answer.status_code in {401, 404, 405, 413}, "by WSGI, before a byte is read"


def test_a_packed_body_is_not_unpacked(app: App) -> None:
    """What is packed and signed is kept as it came; it is no JSON, and nobody's memory fills."""
    bomb = gzip.compress(b" " * 50_000_000)
    headers = payloads.webhook_headers("orders/create", bomb, ALICE, API_SECRET, 1)
    headers["Content-Encoding"] = "gzip"
    assert app.client.post("/webhooks", data=bomb, headers=headers).status_code == 200
    [row] = app.house.rows(Inbox)
    assert row.body == bomb
    process_inbox.run()
    assert [(r.state, r.failures) for r in app.house.rows(Inbox)] == [("waiting", 1)]
    unpacked = payloads.webhook_headers("orders/create", BODY, ALICE, API_SECRET, 2)
    unpacked["Content-Encoding"] = "gzip"
    packed = app.client.post("/webhooks", data=gzip.compress(BODY), headers=unpacked)
    assert packed.status_code == 401, "it is the body as it came that is signed"


@pytest.mark.parametrize("path", ["/settings", "/stop/token", "/webhooks/twilio/status"])
def test_a_form_of_a_great_many_fields_is_refused(path: str, app: App) -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(1_001)
    )
    form = f"{parts}--b--\r\n".encode()
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    sent = app.visit("/").request.headers["Authorization"]
    answer = app.client.post(path, data=form, headers=kind | {"Authorization": sent})
    assert answer.status_code in {401, 404, 413}
    assert path != "/settings" or answer.status_code == 413
