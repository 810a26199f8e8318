"""A client at the other end of one ASGI request, for tests of the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shopify_app import asgi

Messages = list[dict[str, Any]]


class Connection:
    """A client at the other end of one request; what it gets is in `got`."""

    def __init__(self, *chunks: bytes, whole: bool = True) -> None:
        last = len(chunks) - 1
        self._left: Messages = [
            {"type": "http.request", "body": body, "more_body": number < last or not whole}
            for number, body in enumerate(chunks)
        ] or [{"type": "http.request"}]
        self.got: Messages = []
        self.on_send: Callable[[], None] = lambda: None

    async def receive(self) -> dict[str, Any]:
        return self._left.pop(0) if self._left else {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.got.append(message)
        self.on_send()

    @property
    def status(self) -> int:
        return int(self.got[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.got[0]["headers"])

    @property
    def body(self) -> bytes:
        assert not self.got[-1].get("more_body"), "the answer has no end"
        return b"".join(message["body"] for message in self.got[1:])


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it to its end in a thread of its own: this one may have an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def scope(path: str = "/", method: str = "GET", **more: Any) -> dict[str, Any]:
    raw_path, _, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": raw_path,
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "headers": [],
        "server": ("retrack.test", 443),
        "client": ("192.0.2.7", 5555),
        "scheme": "https",
        "http_version": "1.1",
    } | more


def ask(app: Any, path: str = "/", client: Connection | None = None, **more: Any) -> Connection:
    """One request through the bridge; `more` is of its scope."""
    client = client or Connection()
    run(asgi.bridge(app, scope(path, **more), client.receive, client.send))
    return client


def wsgi(answer: Iterable[bytes], *headers: tuple[str, str], status: str = "200 OK") -> asgi.Wsgi:
    """A WSGI application that always answers this."""

    def run(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, list(headers))
        return answer

    return run
