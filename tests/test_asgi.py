"""Flask behind an ASGI server: what a request becomes, and which ones reach it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from shopify_app import asgi
from tests.asgi_client import Connection, ask, run


def app() -> Flask:
    made = Flask(__name__)

    @made.route("/echo/<path:place>", methods=["GET", "POST"])
    def echo(place: str) -> Response:
        told = {"place": place, "query": request.query_string.decode(), "root": request.url_root}
        sent = {"body": request.get_data(as_text=True), "x": request.headers.get("X-Said")}
        return jsonify(told | sent | {"client": request.remote_addr})

    return made


def test_a_request_comes_to_flask_as_it_was_sent() -> None:
    client = ask(
        app(),
        "/echo/h%C3%A0%20n%E1%BB%99i%252F?q=%20a&q=b",
        Connection(b"gr\xc3", b"\xbc\xc3", b"\x9fe"),
        method="POST",
        headers=[(b"X-Said", b"yes"), (b"host", b"retrack.test"), (b"content-type", b"text/plain")],
    )
    assert client.status == 200
    told = json.loads(client.body)
    assert told == {
        "place": "hà nội%2F",
        "query": "q=%20a&q=b",
        "root": "https://retrack.test/",
        "body": "grüße",
        "x": "yes",
        "client": "192.0.2.7",
    }


def test_head_has_the_headers_of_get_and_no_body() -> None:
    whole, head = ask(app(), "/echo/x"), ask(app(), "/echo/x", method="HEAD")
    assert head.status == 200
    assert head.body == b""
    assert head.headers[b"content-length"] == whole.headers[b"content-length"]


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/none", "GET", 404), ("/echo/x", "PUT", 405)]
)
def test_flasks_own_refusals_go_through(path: str, method: str, status: int) -> None:
    assert ask(app(), path, method=method).status == status


def test_a_server_without_a_name_or_a_client_is_enough() -> None:
    assert ask(app(), "/echo/x", server=None, client=None).status == 200


@pytest.mark.parametrize(
    ("chunks", "headers"),
    [
        pytest.param([b""], [(b"Content-Length", b"21")], id="announced"),
        pytest.param([b""], [(b"content-length", b"9" * 5000)], id="beyond all numbers"),
        pytest.param([b"x" * 12, b"x" * 12], [], id="in chunks"),
        pytest.param([b"x" * 21], [(b"content-length", b"3")], id="lied about"),
    ],
)
def test_a_body_that_is_too_large_is_refused_and_the_connection_ended(
    monkeypatch: pytest.MonkeyPatch, chunks: list[bytes], headers: list[tuple[bytes, bytes]]
) -> None:
    monkeypatch.setattr(asgi, "LARGEST_BODY", 20)
    client = ask(app(), "/echo/x", Connection(*chunks), method="POST", headers=headers)
    assert (client.status, client.body) == (413, b"")
    assert client.headers[b"connection"] == b"close"


def test_a_body_of_just_the_largest_length_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "LARGEST_BODY", 20)
    assert ask(app(), "/echo/x", Connection(b"x" * 20), method="POST").status == 200


def test_a_client_that_leaves_before_its_request_is_whole_reaches_nobody() -> None:
    def never(*_: object) -> list[bytes]:
        raise AssertionError("half a request was served")

    assert ask(never, "/", Connection(b"half", whole=False), method="POST").got == []


def test_the_server_is_told_that_we_are_up_and_down() -> None:
    asked = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    answers: list[str] = []

    async def receive() -> dict[str, Any]:
        return next(asked)

    async def send(message: Any) -> None:
        answers.append(message["type"])

    run(asgi.lifespan(receive, send))
    assert answers == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_header_that_imitates_another_is_not_heard() -> None:
    """Only the proxy may say for whom it asks: it would pass for X-Forwarded-For."""
    headers = [(b"x_said", b"forged"), (b"X_Forwarded_For", b"203.0.113.1")]
    told = json.loads(ask(app(), "/echo/x", headers=headers).body)
    assert (told["x"], told["client"]) == (None, "192.0.2.7")
