"""Each request has an id, a proxy's or ours, which is in the log and in the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from shopify_app import observe
from shopify_app.asgi import Message, Receive, Scope, Send, Wsgi, headers_of

HEADER = "X-Request-Id"
_IN_ASGI = HEADER.lower()

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def wsgi(app: Wsgi, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a WSGI request under its id."""
    request_id = observe.request_id(environ.get("HTTP_X_REQUEST_ID", ""))

    def start_named(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start(status, [*headers, (HEADER, request_id)], *more)

    with observe.about(request=request_id):
        return app(environ, start_named)


async def asgi(app: Asgi, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve an ASGI request under its id."""
    request_id = observe.request_id(headers_of(scope).get(_IN_ASGI, ""))
    named = (_IN_ASGI.encode(), request_id.encode())

    async def send_named(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], named]}
        await send(message)

    with observe.about(request=request_id):
        await app(scope, receive, send_named)
