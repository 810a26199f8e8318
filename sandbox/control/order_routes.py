"""Control of orders and fulfillments: what the merchant and the shopper do."""

from __future__ import annotations

import random
import re

from flask import Response, jsonify, request

from sandbox.control import asked
from sandbox.control.asked import Problem, blueprint, body, field
from sandbox.control.shown import fulfillment_shown, order_shown
from sandbox.database import Json
from sandbox.places import COUNTRY_NAMES
from sandbox.seed.goods import DIGITAL, PRODUCTS
from sandbox.seed.people import PHONE, person
from sandbox.shopify import fulfillment_actions, order_actions, orders
from sandbox.shopify.change import Lines
from sandbox.shopify.new_order import address
from sandbox.world import here

EVENT_STATUSES = (
    "ATTEMPTED_DELIVERY", "CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "DELIVERED", "FAILURE",
    "IN_TRANSIT", "LABEL_PRINTED", "LABEL_PURCHASED", "OUT_FOR_DELIVERY", "READY_FOR_PICKUP",
)  # fmt: skip
MOST_ORDERS = 1000


@blueprint.get("/orders")
def list_orders() -> Response:
    limit = min(int(request.args.get("limit", 50)), 1000)
    rows = here().database.rows(
        "SELECT id FROM orders WHERE store = ? ORDER BY number DESC LIMIT ?",
        asked.store()["domain"], limit,
    )  # fmt: skip
    docs = [doc for row in rows if (doc := orders.get(here(), row["id"]))]
    return jsonify(orders=[order_shown(here(), doc) for doc in docs])


@blueprint.get("/orders/<reference>")
def get_order(reference: str) -> Response:
    return jsonify(order_shown(here(), asked.order(reference)))


@blueprint.post("/orders")
def new_orders() -> tuple[Response, int]:
    """Place one order, or `count` of them; whatever is not said is drawn by chance."""
    wanted, world = body(), here()
    count = field(wanted, "count", int, 1)
    if not 1 <= count <= MOST_ORDERS:
        raise Problem(f"count has to be between 1 and {MOST_ORDERS}")
    made = []
    for _ in range(count):
        with world.database.transaction():
            made.append(order_actions.create(world, asked.store(), _facts(wanted)))
    shown = [order_shown(world, doc) for doc in made]
    return jsonify(shown[0] if "count" not in wanted else {"orders": shown}), 201


def _facts(wanted: Json) -> Json:
    rng = random.Random()
    country = field(wanted, "country", str, "US").upper()
    buyer = person(rng, country if country in PHONE else "US")
    first, last = _name(wanted, f"{buyer.first_name} {buyer.last_name}")
    phone = _optional(wanted, "phone", buyer.phone)
    home = address(
        first, last, field(wanted, "address1", str, buyer.address["address1"]),
        field(wanted, "city", str, buyer.place.city), buyer.place.province,
        buyer.place.province_code, field(wanted, "zip", str, buyer.place.zip),
        COUNTRY_NAMES.get(country, country), country, phone,
    )  # fmt: skip
    return {
        "items": _items(wanted, rng),
        "customer": {"first_name": first, "last_name": last},
        "email": _optional(wanted, "email", buyer.email),
        "phone": phone,
        "locale": field(wanted, "locale", str, buyer.locale),
        "shipping_address": home if field(wanted, "address", bool, True) else None,
        "note": wanted.get("note"),
        "tags": field(wanted, "tags", list, []),
    }


def _name(wanted: Json, default: str) -> tuple[str, str]:
    first, _, last = field(wanted, "customer", str, default).partition(" ")
    return first, last


def _optional(wanted: Json, name: str, default: str) -> str | None:
    """A text, `null` or "none" for nothing, or what was drawn if the field is not there."""
    value = wanted.get(name, default)
    if value is not None and not isinstance(value, str):
        raise Problem(f"{name} has to be a text or null")
    return None if value in (None, "", "none") else value


def _items(wanted: Json, rng: random.Random) -> list[Json]:
    """`items` as given, or something from the shop."""
    given = wanted.get("items")
    if given is None:
        goods = DIGITAL if wanted.get("digital") else PRODUCTS
        given = [{"title": p.title, "price": p.price, "sku": p.sku, "grams": p.grams,
                  "requires_shipping": p.shipped} for p in rng.sample(goods, 1)]  # fmt: skip
    if not isinstance(given, list) or not given:
        raise Problem("items has to be a list of at least one item")
    for item in given:
        if not isinstance(item, dict) or not isinstance(item.get("title"), str):
            raise Problem("each item needs a title; price, quantity, sku, grams may be given")
        if not re.fullmatch(r"\d+(\.\d{1,2})?", str(item.get("price", "0"))):
            raise Problem(f"{item.get('price')!r} is no price")
    return given


@blueprint.post("/orders/<reference>/fulfill")
def fulfill(reference: str) -> tuple[Response, int]:
    world, wanted = here(), body()
    with world.database.transaction():
        doc = asked.order(reference)
        one = fulfillment_actions.fulfill(
            world, doc, _lines(doc, wanted.get("items")), asked.numbers(wanted),
            wanted.get("company") or None,
        )  # fmt: skip
    return jsonify(fulfillment_shown(world, one)), 201


def _lines(doc: Json, given: object) -> Lines | None:
    """Pieces by line: `[{"sku" or "line_item_id" or "title", "quantity"}]`; None: everything."""
    if not given:
        return None
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Problem("items has to be a list of objects")
    lines: Lines = {}
    for each in given:
        line_id = _line_id(doc, each)
        lines[line_id] = lines.get(line_id, 0) + field(each, "quantity", int, 1)
    return lines


def _line_id(doc: Json, wanted: Json) -> int:
    for item in doc["line_items"]:
        names = (item["sku"], item["title"], str(item["id"]))
        said = (wanted.get("sku"), wanted.get("title"), wanted.get("line_item_id"))
        if any(value is not None and str(value) in names for value in said):
            return int(item["id"])
    raise Problem(f"{doc['name']} has no such item: {wanted}", 404)


@blueprint.post("/orders/<reference>/cancel")
def cancel_order(reference: str) -> Response:
    reason = field(body(), "reason", str, "customer")
    if reason not in ("customer", "declined", "fraud", "inventory", "other", "staff"):
        raise Problem(f"{reason!r} is no reason to cancel")
    with here().database.transaction():
        doc = order_actions.cancel(here(), asked.order(reference), reason)
    return jsonify(order_shown(here(), doc))


@blueprint.post("/orders/<reference>/close")
def close_order(reference: str) -> Response:
    with here().database.transaction():
        doc = order_actions.archive(here(), asked.order(reference), closed=True)
    return jsonify(order_shown(here(), doc))


@blueprint.post("/orders/<reference>/reopen")
def reopen_order(reference: str) -> Response:
    with here().database.transaction():
        doc = order_actions.archive(here(), asked.order(reference), closed=False)
    return jsonify(order_shown(here(), doc))


@blueprint.post("/orders/<reference>/delete")
@blueprint.delete("/orders/<reference>")
def delete_order(reference: str) -> Response:
    with here().database.transaction():
        doc = asked.order(reference)
        order_actions.delete(here(), doc)
    return jsonify(deleted=doc["name"])


@blueprint.post("/orders/<reference>/edit")
def edit_order(reference: str) -> Response:
    """`add`: items; `remove`: items with pieces; anything else changes whom it goes to."""
    world, wanted = here(), body()
    contact = {name: value for name, value in wanted.items() if name not in ("add", "remove")}
    with world.database.transaction():
        doc = asked.order(reference)
        if contact:
            doc = order_actions.change_contact(world, doc, contact)
        if wanted.get("add") or wanted.get("remove"):
            add = _items({"items": wanted["add"]}, random.Random()) if wanted.get("add") else []
            doc = order_actions.edit(world, doc, add, _lines(doc, wanted.get("remove")) or {})
    return jsonify(order_shown(world, doc))


@blueprint.post("/fulfillments/<reference>/numbers")
def change_numbers(reference: str) -> Response:
    wanted = body()
    with here().database.transaction():
        doc, one = asked.fulfillment(reference)
        company = wanted.get("company") or None
        fulfillment_actions.change_tracking(here(), doc, one, asked.numbers(wanted), company)
    return jsonify(fulfillment_shown(here(), one))


@blueprint.post("/fulfillments/<reference>/cancel")
def cancel_fulfillment(reference: str) -> Response:
    with here().database.transaction():
        doc, one = asked.fulfillment(reference)
        fulfillment_actions.cancel_fulfillment(here(), doc, one)
    return jsonify(fulfillment_shown(here(), one))


@blueprint.post("/fulfillments/<reference>/events")
def add_event(reference: str) -> tuple[Response, int]:
    """Shopify itself tells where a fulfillment is."""
    wanted = body()
    status = field(wanted, "status", str).upper()
    if status not in EVENT_STATUSES:
        raise Problem(f"{status!r} is none of {', '.join(EVENT_STATUSES)}")
    with here().database.transaction():
        doc, one = asked.fulfillment(reference)
        fulfillment_actions.add_event(here(), doc, one, wanted | {"status": status})
    return jsonify(fulfillment_shown(here(), one)), 201
