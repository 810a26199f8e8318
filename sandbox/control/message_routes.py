"""Control of what customers received: mails and texts."""

from __future__ import annotations

import json
from sqlite3 import Row

from flask import Response, jsonify, request

from sandbox import bounces, mail, texts
from sandbox.checks import one_of, text
from sandbox.control.asked import Problem, blueprint, body, limit
from sandbox.world import here


@blueprint.get("/mails")
def get_mails() -> Response:
    """The newest first; `?to=` picks a recipient, `?parts=1` gives texts and headers."""
    to, rows = request.args.get("to"), mail.received(here(), limit(100))
    show = mail.whole if request.args.get("parts") else mail.summary
    shown = [show(row) for row in rows if not to or to in json.loads(row["recipients"])]
    return jsonify(mails=shown)


@blueprint.get("/mails/<int:mail_id>")
def get_mail(mail_id: int) -> Response:
    return jsonify(mail.whole(_mail(mail_id)))


@blueprint.post("/mails/<int:mail_id>/bounce")
def bounce(mail_id: int) -> Response:
    """The mail comes back, for a reason by RFC 3463."""
    status = body({"status": one_of(bounces.STATUSES)}).get("status", "5.1.1")
    bounces.send(here(), _mail(mail_id), status)
    return jsonify(bounced=mail_id, status=status)


def _mail(mail_id: int) -> Row:
    row = mail.one(here(), mail_id)
    if row is None:
        raise Problem(f"there is no mail {mail_id}", 404)
    return row


@blueprint.delete("/mails")
def delete_mails() -> Response:
    return jsonify(deleted=here().database.run("DELETE FROM mails"))


@blueprint.get("/texts")
def get_texts() -> Response:
    """The newest first; `?to=` picks a number."""
    to = request.args.get("to")
    rows = texts.received(here(), limit(100))
    return jsonify(texts=[row for row in rows if not to or row["to"] == to])


@blueprint.delete("/texts")
def delete_texts() -> Response:
    return jsonify(deleted=here().database.run("DELETE FROM texts"))


@blueprint.post("/texts/reply")
def reply() -> tuple[Response, int]:
    """A customer answers a text; STOP opts out."""
    wanted = body({"from": text, "body": text, "to": text}, "from", "body")
    recipient = wanted.get("to", "+15005550006")
    sid = texts.reply(here(), wanted["from"], recipient, wanted["body"])
    return jsonify(sid=sid), 201
