"""Flask behind an ASGI server: requests run in threads, one path may be served without Flask.

Our own bridge: a2wsgi loses a thread for good when a client leaves a slow streamed response, and
asgiref's runs all requests in one thread and never closes a response.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LARGEST_BODY = 5 * 1024 * 1024
AT_ONCE = 1024 * 1024
"""Answers up to this length go back whole; longer ones chunk by chunk."""
THREADS = 16
BODY_SECONDS = 30
"""How long a body may take to come. A server waits for each piece of it; we for the whole."""

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="request")


class Untaken(Exception):
    """The body is not taken; `status` is the answer that says why."""

    status = 400


class TooLarge(Untaken):
    """The body is larger than the path takes."""

    status = 413


class TooSlow(Untaken):
    """The body was not whole in time."""

    status = 408


class ClientGone(Exception):
    """The client left before its request was whole, or before the answer was out."""


async def lifespan(receive: Receive, send: Send) -> None:
    """Say that we are up, and down, when the server asks."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def bridge(app: Wsgi, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request with a WSGI application."""
    try:
        body = await read_body(scope, receive, LARGEST_BODY)
    except Untaken as error:
        await answer(send, error.status, close=True)
        return
    except ClientGone:
        return
    exchange = _Exchange(scope, body, send)
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    try:
        await loop.run_in_executor(_pool, context.run, exchange.run, app, loop)
    finally:
        exchange.over.set()


async def read_body(scope: Scope, receive: Receive, largest: int) -> bytes:
    """The whole body.

    Raises TooLarge, by its announced length already, TooSlow after BODY_SECONDS, or ClientGone.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _whole_body(scope, receive, largest)
    except TimeoutError as error:
        raise TooSlow from error


async def _whole_body(scope: Scope, receive: Receive, largest: int) -> bytes:
    if _announced(scope) > largest:
        raise TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLarge
        if not message.get("more_body"):
            return bytes(body)


def _announced(scope: Scope) -> int:
    told = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    # Of more digits than any length has Python may refuse to make a number.
    return int(told[-1][:20]) if told and told[-1].isdigit() else 0


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers, their names in lower case; of a repeated one the last."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


async def answer(send: Send, status: int, *, close: bool = False) -> None:
    """Answer without a body; `close` ends the connection, for a client that is still sending."""
    headers = [(b"content-length", b"0")]
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class _Exchange:
    """One request and its answer; `run` works in a thread, `over` tells it that nobody listens."""

    def __init__(self, scope: Scope, body: bytes, send: Send) -> None:
        self._environ = _environ(scope, body)
        self._send = send
        self._status, self._headers = 500, [(b"content-length", b"0")]
        self.over = threading.Event()

    def run(self, app: Wsgi, loop: asyncio.AbstractEventLoop) -> None:
        result = app(self._environ, self._start_response)
        try:
            if self._length() <= AT_ONCE:
                self._tell(loop, self._start(), _body(b"".join(result)))
            else:
                self._stream(loop, result)
        finally:
            close = getattr(result, "close", None)
            if close:
                close()

    def _stream(self, loop: asyncio.AbstractEventLoop, chunks: Iterable[bytes]) -> None:
        self._tell(loop, self._start())
        for chunk in chunks:
            if self.over.is_set():
                return
            self._tell(loop, _body(chunk, more=True))
        self._tell(loop, _body(b""))

    def _tell(self, loop: asyncio.AbstractEventLoop, *messages: Message) -> None:
        async def send_all() -> None:
            for message in messages:
                await self._send(message)

        asyncio.run_coroutine_threadsafe(send_all(), loop).result()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None
    ) -> Callable[[bytes], None]:
        self._status = int(status.split(" ", 1)[0])
        self._headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        return _no_write

    def _start(self) -> Message:
        start = "http.response.start"
        return {"type": start, "status": self._status, "headers": self._headers}

    def _length(self) -> int:
        """The announced length; without one the answer is a stream."""
        announced = dict(self._headers).get(b"content-length", b"")
        return int(announced) if announced.isdigit() else AT_ONCE + 1


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("the write() of WSGI is not offered")


def _body(data: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 describes it."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.get("raw_path") or scope["path"]).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    # `X_Forwarded_For` would pass for the `X-Forwarded-For` that only the proxy may set.
    for name, value in scope["headers"]:
        if b"_" in name:
            continue
        environ[_environ_name(name.decode("latin-1"))] = value.decode("latin-1")
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _environ_name(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
