"""Answers on their way through the ASGI bridge: whole or streamed, to an end or not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask

from shopify_app import asgi
from tests.asgi_client import Connection, ask, run, scope, wsgi

PIECE = b"x" * 1000


class Chunks:
    """A streamed answer that knows whether it was closed, and how far it was read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self.closed, self.read = iter(chunks), threading.Event(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.read += 1
            yield chunk

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize(
    "headers", [[], [("Content-Length", str(asgi.AT_ONCE + 1))]], ids=["no length", "a long one"]
)
def test_a_long_answer_goes_out_chunk_by_chunk(headers: list[tuple[str, str]]) -> None:
    client = ask(wsgi([b"a", b"", b"b"], *headers))
    assert [message["body"] for message in client.got[1:]] == [b"a", b"", b"b", b""]
    assert client.body == b"ab"


def test_a_large_page_of_flask_comes_whole() -> None:
    page = Flask(__name__)
    page.add_url_rule("/", view_func=lambda: PIECE * 2000)
    client = ask(page)
    assert client.headers[b"content-length"] == b"2000000"
    assert client.body == PIECE * 2000


def test_a_short_answer_goes_out_in_one_piece() -> None:
    client = ask(
        wsgi([b"a", b"b"], ("Content-Length", "2"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    )
    assert [message["type"] for message in client.got] == [
        "http.response.start",
        "http.response.body",
    ]
    assert client.body == b"ab"
    assert [value for name, value in client.got[0]["headers"] if name == b"set-cookie"] == [
        b"a=1",
        b"b=2",
    ]


@pytest.mark.parametrize("headers", [[], [("Content-Length", "2")]], ids=["streamed", "whole"])
def test_an_answer_is_closed_when_it_is_out(headers: list[tuple[str, str]]) -> None:
    chunks = Chunks([b"a", b"b"])
    ask(wsgi(chunks, *headers))
    assert chunks.closed.is_set()


def test_an_answer_that_breaks_is_closed_and_the_server_is_told() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    chunks = Chunks(broken())
    with pytest.raises(ZeroDivisionError):
        ask(wsgi(chunks))
    assert chunks.closed.is_set()


def endless() -> Iterator[bytes]:
    while True:
        yield PIECE


def test_a_connection_that_breaks_ends_the_answer() -> None:
    def broken() -> None:
        raise ConnectionResetError

    chunks, client = Chunks(endless()), Connection()
    client.on_send = broken
    with pytest.raises(ConnectionResetError):
        ask(wsgi(chunks), client=client)
    assert chunks.closed.is_set()


def test_a_client_that_leaves_frees_the_thread_of_its_answer() -> None:
    chunks, client = Chunks(endless()), Connection()

    async def leave_after_the_first_chunk() -> None:
        came = asyncio.Event()
        client.on_send = came.set
        task = asyncio.create_task(asgi.bridge(wsgi(chunks), scope(), client.receive, client.send))
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(chunks.closed.wait, 5)

    run(leave_after_the_first_chunk())
    assert chunks.read < 1000


def test_more_slow_answers_than_threads_are_all_given() -> None:
    gate = threading.Barrier(asgi.THREADS, timeout=10)

    def together(_environ: object, start: Callable[..., Any]) -> list[bytes]:
        gate.wait()
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def all_at_once() -> list[Connection]:
        clients = [Connection() for _ in range(2 * asgi.THREADS)]
        await asyncio.gather(*(asgi.bridge(together, scope(), c.receive, c.send) for c in clients))
        return clients

    assert {client.body for client in run(all_at_once())} == {b"ok"}
