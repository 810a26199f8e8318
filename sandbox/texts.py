"""The stand-in of Twilio's Messages API (2010-04-01), with status callbacks and opt-outs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from email.utils import format_datetime
from sqlite3 import Row
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from sandbox import gateway_says
from sandbox.database import Json
from sandbox.failures import drop_line, interrupt
from sandbox.moments import from_seconds, stamp
from sandbox.world import World, here

blueprint = Blueprint("twilio", __name__, url_prefix="/twilio/2010-04-01/Accounts/<sid>")
E164 = re.compile(r"\+[1-9]\d{6,14}")
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "YES", "UNSTOP"}
INCOMING = "/webhooks/twilio/incoming"
"""Where the app hears of answers, unless `inbound_url` names another place."""
BY_TWILIO, BY_GATEWAY = "outbound-api", "outbound-gateway"
"""Ways out. Twilio's has the name that its API tells."""
NEXT = {"queued": "sent", "sent": "delivered"}
STEP_SECONDS = 1.5
MORE_INFO = "https://www.twilio.com/docs/errors/"
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def _error(code: int, message: str, status: int = 400) -> tuple[Response, int]:
    body = {"code": code, "message": message, "more_info": f"{MORE_INFO}{code}", "status": status}
    return jsonify(body), status


def segments(body: str) -> int:
    """How many messages a text is: 160 or 153 signs each by GSM-7, 70 or 67 by UCS-2."""
    plain = set(body) <= GSM
    length = len(body) if plain else len(body.encode("utf-16-be")) // 2
    single, part = (160, 153) if plain else (70, 67)
    return 1 if length <= single else -(-length // part)


@blueprint.post("/Messages.json")
def send(sid: str) -> Response | tuple[Response, int]:
    world = here()
    broken = interrupt(world, "twilio")
    if broken is not None:
        return broken
    refused = _refusal(world, sid)
    if refused is not None:
        return refused
    form = request.form
    row = keep(world, BY_TWILIO, form["From"], form["To"], form["Body"],
                form.get("StatusCallback", ""))  # fmt: skip
    if world.providers.get("twilio", "mode") == "drop":
        return drop_line()
    return jsonify(answer(world, row)), 201


def _refusal(world: World, sid: str) -> tuple[Response, int] | None:
    config, auth = world.config, request.authorization
    mode = world.providers.get("twilio", "mode")
    right = auth is not None and (auth.username, auth.password) == (
        config.twilio_sid,
        config.twilio_token,
    )
    if not right or sid != config.twilio_sid or mode == "wrong_key":
        return _error(20003, "Authenticate", 401)
    if mode == "rate":
        return _error(20429, "Too Many Requests", 429)
    return _wrong_form(world)


def _wrong_form(world: World) -> tuple[Response, int] | None:
    to, sender, body = (request.form.get(name, "") for name in ("To", "From", "Body"))
    if not to:
        return _error(21604, "A 'To' phone number is required.")
    if not sender:
        return _error(21603, "A 'From' phone number is required.")
    if not body:
        return _error(21602, "Message body is required.")
    if len(body) > 1600:
        return _error(21617, "The concatenated message body exceeds the 1600 character limit.")
    if not E164.fullmatch(to):
        return _error(21211, f"The 'To' number {to} is not a valid phone number.")
    if has_opted_out(world, to):
        return _error(21610, "Attempt to send to unsubscribed recipient")
    return None


def has_opted_out(world: World, number: str) -> bool:
    """Whether this number answered STOP."""
    return bool(world.database.row("SELECT 1 FROM opted_out WHERE number = ?", number))


def keep(
    world: World, direction: str, sender: str, recipient: str, body: str, callback: str = "",
    sid: str = "",
) -> Row:  # fmt: skip
    """A text, in one of the ways out or `inbound`; one that is here by this id stays as it is."""
    sid, now = sid or "SM" + secrets.token_hex(16), world.clock.seconds()
    outgoing = direction != "inbound"
    world.database.run(
        "INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sid, now, now + STEP_SECONDS if outgoing else None, direction, sender, recipient, body,
        "queued" if outgoing else "received", callback,
    )  # fmt: skip
    row = world.database.row("SELECT * FROM texts WHERE sid = ?", sid)
    assert row is not None
    return row


def answer(world: World, row: Row) -> Json:
    """The message as Twilio's API tells it."""
    sid = world.config.twilio_sid
    created = format_datetime(datetime.fromtimestamp(int(row["sent_at"]), UTC))
    sent = row["status"] in ("sent", "delivered")
    return {
        "account_sid": sid,
        "api_version": "2010-04-01",
        "body": row["body"],
        "date_created": created,
        "date_sent": created if sent else None,
        "date_updated": created,
        "direction": row["direction"],
        "error_code": None,
        "error_message": None,
        "from": row["sender"],
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(segments(row["body"])),
        "price": None,
        "price_unit": "USD",
        "sid": row["sid"],
        "status": row["status"],
        "subresource_uris": {
            "media": f"/2010-04-01/Accounts/{sid}/Messages/{row['sid']}/Media.json"
        },
        "to": row["recipient"],
        "uri": f"/2010-04-01/Accounts/{sid}/Messages/{row['sid']}.json",
    }


@blueprint.get("/Messages/<message>.json")
def fetch(sid: str, message: str) -> Response | tuple[Response, int]:
    world = here()
    row = world.database.row("SELECT * FROM texts WHERE sid = ?", message)
    if row is None or sid != world.config.twilio_sid:
        return _error(20404, f"The requested resource {request.path} was not found", 404)
    return jsonify(answer(world, row))


def received(world: World, limit: int = 200) -> list[Json]:
    """The newest texts first, in both directions."""
    rows = world.database.rows(
        "SELECT * FROM texts ORDER BY sent_at DESC, rowid DESC LIMIT ?", limit
    )
    return [
        {
            "sid": row["sid"],
            "at": stamp(from_seconds(row["sent_at"])),
            "direction": "in" if row["direction"] == "inbound" else "out",
            "from": row["sender"],
            "to": row["recipient"],
            "body": row["body"],
            "status": row["status"],
            "segments": segments(row["body"]),
        }
        for row in rows
    ]


def signature(token: str, url: str, form: dict[str, str]) -> str:
    """X-Twilio-Signature: base64 of the HMAC-SHA1 of the address and the sorted form."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _call_back(world: World, topic: str, url: str, form: dict[str, str]) -> None:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature(world.config.twilio_token, url, form),
    }
    world.postman.post("twilio", topic, "", url, headers, urlencode(form).encode())


def reply(world: World, sender: str, recipient: str, body: str) -> str:
    """A customer answers. STOP and its like end all texts to that number, START allows them."""
    way = world.database.row(
        "SELECT direction FROM texts WHERE recipient = ? AND direction <> 'inbound'"
        " ORDER BY sent_at DESC LIMIT 1", sender,
    )  # fmt: skip
    row = keep(world, "inbound", sender, recipient, body)
    word = body.strip().upper()
    if word in STOP_WORDS:
        world.database.run("INSERT OR IGNORE INTO opted_out VALUES (?)", sender)
    elif word in START_WORDS:
        world.database.run("DELETE FROM opted_out WHERE number = ?", sender)
    if way and way["direction"] == BY_GATEWAY:
        gateway_says.answered(world, row)
        return str(row["sid"])
    url = world.providers.get("twilio", "inbound_url") or world.config.app_url + INCOMING
    form = {"MessageSid": row["sid"], "From": sender, "To": recipient, "Body": body}
    opt_out = {"OptOutType": "STOP"} if word in STOP_WORDS else {}
    account = {"AccountSid": world.config.twilio_sid}
    _call_back(world, "inbound", url, account | form | opt_out)
    return str(row["sid"])


def _step(world: World, row: Row) -> None:
    """A text gets further, and the sender is told if it wants to know."""
    status = NEXT[row["status"]]
    due = row["status_at"] + STEP_SECONDS if status in NEXT else None
    world.database.run(
        "UPDATE texts SET status = ?, status_at = ? WHERE sid = ?", status, due, row["sid"]
    )
    if row["direction"] == BY_GATEWAY:
        gateway_says.fares(world, row, status)
    elif row["callback"]:
        form = {
            "AccountSid": world.config.twilio_sid,
            "From": row["sender"],
            "To": row["recipient"],
            "MessageSid": row["sid"],
            "SmsSid": row["sid"],
            "MessageStatus": status,
            "SmsStatus": status,
        }
        _call_back(world, status, row["callback"], form)


def go_on(world: World) -> None:
    """Let every text get further whose time has come."""
    due = "SELECT * FROM texts WHERE status_at <= ? LIMIT 200"
    for row in world.database.rows(due, world.clock.seconds()):
        with world.database.transaction():
            _step(world, row)
