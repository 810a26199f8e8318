"""`POST /webhooks` and the pushes of providers: verify, insert, wake, 200. Nothing else.

Two doors lead to the same check and the same writer: an ASGI one, which is fast, and a Flask view,
so that any WSGI server can serve the app whole.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, request
from sqlalchemy.orm import undefer

from shopify_app import clock, database, refusals
from shopify_app.asgi import (
    ClientGone,
    Receive,
    Scope,
    Send,
    Untaken,
    answer,
    headers_of,
    read_body,
)
from shopify_app.carriers import registry
from shopify_app.domain import shop_domain
from shopify_app.domain.facts import plain
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.models import CarrierAccount
from webhooks.verify import signed_by_shopify
from webhooks.writer import Row, Writer

LARGEST_BODY = 2 * 1024 * 1024
PATIENCE = 4.0
"""Seconds to wait for the row to be durable: Shopify waits five for the whole answer."""
STALE_AFTER = timedelta(hours=48)
"""Shopify retries for four hours and may be a day late; older is someone else's replay."""
PATH = "/webhooks"

blueprint = Blueprint("webhooks", __name__)
_writer = Writer()
_secrets: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a delivery is worth: its answer, and the row to keep if that is to be 200."""

    status: int
    row: Row | None = None


def configure(secrets: Sequence[bytes]) -> None:
    """The secrets Shopify may sign with."""
    global _secrets
    _secrets = tuple(secrets)


def check(headers: Mapping[str, str], body: bytes) -> Checked:
    """Verify a delivery of Shopify. `headers` are looked up in lower case."""
    if len(body) > LARGEST_BODY:
        return Checked(413)
    if not signed_by_shopify(body, headers.get("x-shopify-hmac-sha256", ""), _secrets):
        return Checked(401)
    domain = shop_domain.checked(headers.get("x-shopify-shop-domain", ""))
    topic = headers.get("x-shopify-topic", "")
    delivery_id = headers.get("x-shopify-webhook-id", "")
    triggered_at = headers.get("x-shopify-triggered-at", "")
    if not (domain and topic and delivery_id) or _stale(triggered_at):
        return Checked(401)
    event_id = headers.get("x-shopify-event-id", "")
    return Checked(200, row(SHOPIFY, domain, topic, delivery_id, body, event_id, triggered_at))


async def receive(scope: Scope, receive_: Receive, send: Send) -> None:
    """The fast door."""
    try:
        body = await read_body(scope, receive_, LARGEST_BODY)
    except Untaken as error:
        await answer(send, error.status, close=True)
        return
    except ClientGone:
        return
    headers = headers_of(scope)
    checked = check(headers, body)
    status = checked.status
    if status == 401:
        asking = refusals.address(*_called_by(scope, headers))
        status = 429 if await asyncio.to_thread(refusals.refused, asking) else 401
    elif checked.row:
        written = _writer.put_from(asyncio.get_running_loop(), checked.row)
        try:
            await asyncio.wait_for(written, PATIENCE)
        except Exception:  # whatever kept it from being durable: Shopify sends it again
            status = 503
    await answer(send, status)


@blueprint.post(PATH)
def from_shopify() -> Response:
    """The door for any WSGI server."""
    request.max_content_length = LARGEST_BODY
    headers = {name.lower(): value for name, value in request.headers}
    checked = check(headers, request.get_data())
    return Response(status=keep(checked))


_KEY = [undefer(CarrierAccount.api_key)]


@blueprint.post(f"{PATH}/carriers/<provider>/<account_id>")
def from_carrier(provider: str, account_id: str) -> Response:
    """A push of a tracking provider, signed with the account's key."""
    request.max_content_length = LARGEST_BODY
    with database.reading() as session:
        account = session.get(CarrierAccount, account_id, options=_KEY)
    if account is None or account.provider != provider or not account.api_key:
        return Response(status=404)
    headers = {name.lower(): value for name, value in request.headers}
    body = request.get_data()
    if not registry.provider(provider, account.api_key).verify_push(body, headers):
        return Response(status=401)
    # A push has no id of its own, and repeats itself until it is answered: its content is its id.
    content = hashlib.sha256(body).hexdigest()
    return Response(status=keep(Checked(200, row(provider, account_id, "push", content, body))))


def keep(checked: Checked) -> int:
    """Make the row durable; the status to answer with."""
    if not checked.row:
        return checked.status
    written: Future[None] = _writer.put(checked.row)
    try:
        written.result(PATIENCE)
    except Exception:  # whatever kept it from being durable: Shopify sends it again
        written.cancel()
        return 503
    return checked.status


def row(
    source: str,
    account: str,
    topic: str,
    delivery_id: str,
    body: bytes,
    event_id: str = "",
    triggered_at: str = "",
) -> Row:
    """The row of what came in from `source` just now."""
    now = clock.now()
    return {
        "source": source,
        "account": account,
        "topic": plain(topic)[:100],
        "delivery_id": plain(delivery_id)[:100],
        "event_id": plain(event_id)[:100],
        "triggered_at": plain(triggered_at)[:40],
        "received_at": now,
        "due_at": now,
        "body": body,
    }


def _called_by(scope: Scope, headers: Mapping[str, str]) -> tuple[str, str]:
    return (scope.get("client") or ("",))[0], headers.get("x-forwarded-for", "")


def _stale(triggered_at: str) -> bool:
    try:
        at = datetime.fromisoformat(triggered_at)
    except ValueError:
        return False
    return at.tzinfo is not None and clock.now() - at > STALE_AFTER
