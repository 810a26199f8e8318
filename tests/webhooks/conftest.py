"""The two doors by which a webhook comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support import App

Door = Callable[[bytes, Mapping[str, str]], int]
"""Takes a body and its headers to `/webhooks`, and returns the status of the answer."""


@pytest.fixture(params=["flask", "asgi"])
def door(request: pytest.FixtureRequest, app: App) -> Door:
    """The Flask view, and the shorter way under an ASGI server: a test runs through each."""

    def by_flask(body: bytes, headers: Mapping[str, str]) -> int:
        return app.client.post("/webhooks", data=body, headers=dict(headers)).status_code

    def by_asgi(body: bytes, headers: Mapping[str, str]) -> int:
        return _post(app.client.application, body, headers)

    return by_flask if request.param == "flask" else by_asgi


def _post(application: Any, body: bytes, headers: Mapping[str, str]) -> int:
    """One ASGI request, in a thread of its own: this one may have an event loop already."""
    named = dict(headers) | {"Content-Length": str(len(body))}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/webhooks",
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in named.items()],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, application(scope, receive, send)).result()
    return int(sent[0]["status"])
