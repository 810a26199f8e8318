"""What those tell who carry messages: Twilio's callbacks, a gateway's, and mails that came back.

The same way as all that comes in: verify, insert, wake, 200.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from shopify_app import clock, crypto
from shopify_app.outgoing.http import key_of
from webhooks.receive import LARGEST_BODY, Checked, keep, row
from webhooks.verify import signed_by_gateway, signed_by_twilio

blueprint = Blueprint("reports", __name__)
_token, _app_url, _key = "", "", b""


def configure(twilio_auth_token: str, app_url: str, message_secret: str = "") -> None:
    """What Twilio signs with, the address under which it calls us, and what a gateway signs with.

    A gateway's secret is as settings have it.
    """
    global _token, _app_url, _key
    _token, _app_url, _key = twilio_auth_token, app_url, key_of(message_secret)


@blueprint.post("/webhooks/twilio/<any(status, incoming):what>")
def from_twilio(what: str) -> Response:
    """How a text fares, or what a customer answers. The address is part of what is signed."""
    request.max_content_length = LARGEST_BODY
    query = request.query_string.decode("ascii", "replace")
    url = f"{_app_url}{request.path}" + (f"?{query}" if query else "")
    form = request.form.to_dict()
    if not signed_by_twilio(url, form, request.headers.get("X-Twilio-Signature", ""), _token):
        return Response(status=401)
    delivery = f"{form.get('MessageSid', '')}:{form.get('MessageStatus', '')}"
    whole = urlencode(form | request.args.to_dict()).encode()
    status = keep(Checked(200, row("twilio", form.get("AccountSid", ""), what, delivery, whole)))
    # An answer without words: the customer gets none from us.
    return Response("<Response/>", status, content_type="text/xml")


@blueprint.post("/webhooks/messages")
def from_gateway() -> Response:
    """How a text fares that a gateway took, or what a customer answers."""
    request.max_content_length = LARGEST_BODY
    headers, body = {name.lower(): value for name, value in request.headers}, request.get_data()
    if not signed_by_gateway(headers, body, _key, clock.now()):
        return Response(status=401)
    kept = row("gateway", "gateway", "message", headers["webhook-id"], body)
    return Response(status=keep(Checked(200, kept)))


@blueprint.post("/webhooks/email/<token>")
def from_mail_server(token: str) -> Response:
    """A mail that came back, as it came: a mail server pipes it here."""
    request.max_content_length = LARGEST_BODY
    if not hmac.compare_digest(token.encode(), bounce_token().encode()):
        return Response(status=404)
    raw = request.get_data()
    content = hashlib.sha256(raw).hexdigest()
    return Response(status=keep(Checked(200, row("email", "bounces", "bounce", content, raw))))


def bounce_token() -> str:
    """What makes the address for bounces nobody's guess."""
    return crypto.keyed_hash("the address for bounces")[:32]
