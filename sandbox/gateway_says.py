"""What a merchant's own gateway tells the app, signed as Standard Webhooks has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from sqlite3 import Row

from sandbox.world import World

PATH = "/webhooks/messages"


def signature(world: World, name: str, moment: str, body: bytes) -> str:
    """The `v1` signature. Source: standardwebhooks.com, "Signature scheme"."""
    key = base64.b64decode(world.config.message_secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def fares(world: World, row: Row, status: str) -> None:
    """How a text fares; `callback` of its row is what the app called it by."""
    _tell(world, "message.status", reference=row["callback"], id=row["sid"], status=status)


def answered(world: World, row: Row) -> None:
    """What a customer answered."""
    said = {"from": row["sender"], "to": row["recipient"], "text": row["body"]}
    _tell(world, "message.received", **said)


def _tell(world: World, kind: str, **data: str) -> None:
    name, moment = f"msg_{secrets.token_hex(12)}", str(int(world.clock.seconds()))
    body = json.dumps({"type": kind, "data": data}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": signature(world, name, moment, body),
    }
    world.postman.post("gateway", kind, "", world.config.app_url + PATH, headers, body)
