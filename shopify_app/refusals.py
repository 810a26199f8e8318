"""How often one address may be refused, or set out for Shopify, in a minute: docs/adr/0012.

Counted in Redis, for all processes together; while Redis is away nobody is limited. Deliveries and
id tokens are judged first, so that a good one is taken whatever else came from its address.
"""

from __future__ import annotations

import ipaddress
import logging

from flask import Flask, Response, request
from redis import RedisError

from shopify_app import clock, crypto, queue

log = logging.getLogger(__name__)

MINUTE = 60
MOST = 120
"""Refusals of one address in a minute. A shop's whole staff may sit behind one."""
COUNTED = frozenset({"auth.begin"})
"""What leaves something in Redis each time, so that every call of it counts."""
SHUT = frozenset(
    {"auth.begin", "auth.finish", "downloads.download", "metrics.metrics"}
    | {"unsubscribe.page", "unsubscribe.change"}
)
"""What an address that was refused too often is not let near: there secrets can be guessed at."""

_proxies = 0


def configure(trusted_proxies: int) -> None:
    """How many proxies stand in front, each of which adds the address that called it."""
    global _proxies
    _proxies = trusted_proxies


def set_up(app: Flask) -> None:
    """Count what the application refuses, and shut out who was refused too often."""

    @app.before_request
    def shut_out() -> Response | None:
        if request.endpoint in SHUT and _is_over(_asking()):
            return _too_many()
        return None

    @app.after_request
    def count(response: Response) -> Response:
        counts = request.endpoint in COUNTED or is_refusal(response.status_code)
        if not counts or response.status_code == 429:
            return response
        return _too_many() if refused(_asking()) else response


def is_refusal(status: int) -> bool:
    """Whether an answer of this status refuses something that was to prove something."""
    if status == 404:
        return "token" in (request.view_args or {})
    shown = "Authorization" in request.headers or "id_token" in request.args
    return status == 401 and (shown or not str(request.endpoint).startswith("admin."))


def refused(address: str) -> bool:
    """Count one more refusal of an address; whether these are too many, which is logged once."""
    name = _name(address)
    try:
        with queue.redis().pipeline() as together:
            together.incr(name)
            together.expire(name, 2 * MINUTE)
            count = int(together.execute()[0])
    except RedisError:
        return False
    if count == MOST + 1:
        log.warning("an address was refused more than %d times in a minute: %s", MOST, name)
    return count > MOST


def address(peer: str, forwarded_for: str) -> str:
    """Who asks: of `X-Forwarded-For` what the outermost of our proxies added, else the peer.

    What stands before that was sent by whoever asks, and is worth nothing.
    """
    told = [part.strip() for part in forwarded_for.split(",")]
    return told[-_proxies] if 0 < _proxies <= len(told) and told[-_proxies] else peer


def _asking() -> str:
    return address(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))


def _is_over(asking: str) -> bool:
    try:
        return int(queue.redis().get(_name(asking)) or 0) > MOST
    except RedisError:
        return False


def _too_many() -> Response:
    return Response("too many requests\n", 429, {"Retry-After": str(MINUTE)})


def _name(asking: str) -> str:
    """The key of an address and this minute: an address is personal data, so its hash."""
    minute = int(clock.now().timestamp()) // MINUTE
    return f"refused:{crypto.keyed_hash(_network(asking))[:16]}:{minute}"


def _network(asking: str) -> str:
    """Of IPv6 the 64 bits that one customer of a provider has to themselves."""
    try:
        parsed = ipaddress.ip_address(asking)
    except ValueError:
        return asking
    if parsed.version == 4:
        return asking
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False))
