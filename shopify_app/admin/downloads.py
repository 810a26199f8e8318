"""Files to take away. A link outside of Shopify's frame carries no id token, so it is signed.

It is good for one shop and one thing, for five minutes, and once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request, stream_with_context
from itsdangerous import BadSignature, URLSafeTimedSerializer
from redis import RedisError

from shopify_app import clock, queue
from shopify_app.auth.context import web_settings

SECONDS = 300

blueprint = Blueprint("downloads", __name__)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent: whole, or piece by piece as it is made."""

    name: str
    type: str
    text: str | Iterator[str]


Serve = Callable[[int, Any], File | None]
_served: dict[str, Serve] = {}


def serves(what: str) -> Callable[[Serve], Serve]:
    """Register what makes the files of a kind, out of a shop's id and what `link` was given."""

    def register(serve: Serve) -> Serve:
        _served[what] = serve
        return serve

    return register


def link(what: str, shop_id: int, thing: int | str) -> str:
    """An address that gives this file to whoever opens it first within five minutes.

    `thing` can be read by who has the link, and stands in the log of a proxy.
    """
    until = int(clock.now().timestamp()) + SECONDS
    told = [what, shop_id, thing, until, secrets.token_hex(4)]
    return f"/downloads/{_signer().dumps(told)}"


def handed_out(address: str) -> Response:
    """The answer to a fetch that lets the browser save the file; the page stays as it is."""
    return Response(headers={"HX-Redirect": address})


@blueprint.get("/downloads/<token>")
def download(token: str) -> Response:
    """The file behind a link, once."""
    try:
        what, shop_id, thing, until, _nonce = _signer().loads(token)
    except (BadSignature, ValueError):
        abort(404)
    if request.method == "HEAD":  # who only asks what it is does not use it up
        return Response()
    if until < clock.now().timestamp() or not _first_use(token):
        abort(410)
    file = _served[what](shop_id, thing)
    if file is None:
        abort(404)
    text = file.text if isinstance(file.text, str) else stream_with_context(file.text)
    response = Response(text, content_type=f"{file.type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _first_use(token: str) -> bool:
    """Without Redis nobody knows, and nothing is given."""
    name = f"download:{hashlib.sha256(token.encode()).hexdigest()}"
    try:
        return bool(queue.redis().set(name, 1, nx=True, ex=2 * SECONDS))
    except RedisError:
        return False


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(web_settings().secret_key, salt="download")
