"""The pages a person reads: received mails, received texts, the control page."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from sandbox import bounces, mail, parcels, texts
from sandbox.control import asked
from sandbox.control.order_fields import EVENT_STATUSES
from sandbox.database import Json
from sandbox.providers import BULK, MODES
from sandbox.shopify import orders, stores
from sandbox.shopify.protected import GROUPS
from sandbox.world import here

blueprint = Blueprint("pages", __name__)
FOLDER = Path(__file__).parent


@blueprint.get("/mails")
def mails() -> str:
    rows = mail.received(here())
    return render_template("mails.html", mails=[mail.summary(row) for row in rows])


@blueprint.get("/mails/<int:mail_id>")
def one_mail(mail_id: int) -> str:
    row = mail.one(here(), mail_id) or abort(404)
    raw = row["raw"].decode("utf-8", "replace")
    return render_template("mail.html", mail=mail.whole(row), raw=raw, reasons=bounces.STATUSES)


@blueprint.get("/mails/<int:mail_id>/html")
def mail_html(mail_id: int) -> Response:
    """The HTML part alone, for a frame that may do nothing."""
    row = mail.one(here(), mail_id) or abort(404)
    answer = Response(mail.whole(row)["html"] or "", mimetype="text/html")
    answer.headers["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    return answer


@blueprint.get("/texts")
def all_texts() -> str:
    """Texts as on a phone: one conversation a number, the newest conversation first."""
    conversations: dict[str, list[dict[str, object]]] = {}
    for row in texts.received(here()):
        other = row["to"] if row["direction"] == "out" else row["from"]
        conversations.setdefault(other, []).insert(0, row)
    return render_template("texts.html", conversations=conversations)


@blueprint.get("/control")
def control() -> str:
    world, store = here(), asked.store()
    return render_template(
        "control.html",
        store=store,
        stores=stores.everyone(world),
        withheld=stores.withheld(store),
        groups=GROUPS,
        clock=world.clock.told(),
        modes=MODES,
        bulk=BULK,
        settings={name: world.providers.settings(name) for name in MODES},
        faults=world.postman.faults(),
        sub_statuses=parcels.SUB_STATUSES,
        event_statuses=EVENT_STATUSES,
        order=request.args.get("order", ""),
        recent=_recent(store),
    )


def _recent(store: Json) -> dict[str, list[str]]:
    """Names to choose from: a store's newest orders, their fulfillments and tracking numbers."""
    newest = "SELECT body FROM orders WHERE store = ? ORDER BY id DESC LIMIT 40"
    docs = orders.read(here().database.rows(newest, store["domain"]))
    parts = [one for doc in docs for one in doc["fulfillments"]]
    return {
        "orders": [doc["name"].removeprefix("#") for doc in docs],
        "fulfillments": [one["name"].removeprefix("#") for one in parts],
        "numbers": [each["number"] for one in parts for each in one["tracking"]],
    }
