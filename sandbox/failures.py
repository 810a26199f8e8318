"""How a stand-in fails over HTTP: it is down, it hangs, or it drops the line without an answer."""

from __future__ import annotations

import contextlib
import socket

from flask import Response, request

from sandbox.world import World


def interrupt(world: World, provider: str) -> Response | None:
    """The answer of a provider that is down or hangs; None if it can answer well."""
    settings = world.providers.settings(provider)
    if settings["mode"] == "down":
        return Response("Service Unavailable", 503, {"Retry-After": "2"})
    if settings["mode"] == "hang":
        world.stopping.wait(settings["hang_seconds"])
        return drop_line()
    return None


def drop_line() -> Response:
    """Close the connection of the request that is being answered; no byte of an answer leaves."""
    line = request.environ.get("werkzeug.socket")
    if isinstance(line, socket.socket):
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    return Response("", 503)
