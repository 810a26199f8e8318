"""Texts to a gateway of one's own: signed JSON over HTTP, as Standard Webhooks has it.

Source: standardwebhooks.com, the specification of its headers and of `v1` signatures.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid

import requests

from shopify_app import clock
from shopify_app.outgoing.errors import Permanent, Refused, Retry, Uncertain
from shopify_app.outgoing.posting import post, told
from shopify_app.outgoing.sms import Send, Text


def key_of(secret: str) -> bytes:
    """The key in a secret as settings have it: `whsec_` and base64."""
    return base64.b64decode(secret.removeprefix("whsec_"))


def signature(key: bytes, name: str, moment: str, body: bytes) -> str:
    """The `v1` signature of a message: over its id, its time (seconds of Unix) and its body."""
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def sender(url: str, secret: str) -> Send:
    """The way texts go to `url`, signed with `secret`."""
    key = key_of(secret)

    def send(text: Text) -> str:
        return _taken(post(url, "gateway_unreachable", **_signed(key, text)))

    return send


def _signed(key: bytes, text: Text) -> dict[str, object]:
    """Body and headers. The id is the same each time it is tried: by it a text is known again."""
    name, moment = text.key or str(uuid.uuid4()), str(int(clock.now().timestamp()))
    said = {"to": text.to, "from": text.from_number, "text": text.body}
    if text.reference:
        said["reference"] = text.reference
    body = json.dumps({"type": "message.sms", "data": said}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": signature(key, name, moment, body),
    }
    return {"data": body, "headers": headers}


def _taken(answer: requests.Response) -> str:
    """The gateway's id of the text, empty if it tells none. Raises an `outgoing.errors` one."""
    status = answer.status_code
    if 200 <= status < 300:
        return str(told(answer).get("id") or "")[:100]
    if status < 400 or status in {401, 403}:
        raise Refused("gateway_login", status)
    if status in {502, 504}:  # of a proxy in between, which cannot tell what came of it
        raise Uncertain("broke", status)
    if status == 429 or status >= 500:
        raise Retry("gateway_later", status)
    raise Permanent("gateway_refused", status)
