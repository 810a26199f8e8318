"""Control of orders and fulfillments: what the merchant and the shopper do."""

from __future__ import annotations

import random

from flask import Response, jsonify

from sandbox.control import asked, order_fields
from sandbox.control.asked import Problem, blueprint, body
from sandbox.control.order_fields import changed_address
from sandbox.control.shown import fulfillment_shown, order_shown
from sandbox.database import Json
from sandbox.places import COUNTRY_NAMES
from sandbox.seed.goods import DIGITAL, PRODUCTS
from sandbox.seed.people import PHONE, person
from sandbox.shopify import fulfillment_actions, order_actions, orders
from sandbox.shopify.change import Lines
from sandbox.shopify.new_order import address
from sandbox.world import here


@blueprint.get("/orders")
def list_orders() -> Response:
    rows = here().database.rows(
        "SELECT body FROM orders WHERE store = ? ORDER BY number DESC LIMIT ?",
        asked.store()["domain"], asked.limit(50),
    )  # fmt: skip
    return jsonify(orders=[order_shown(here(), doc) for doc in orders.read(rows)])


@blueprint.get("/orders/<reference>")
def get_order(reference: str) -> Response:
    return jsonify(order_shown(here(), asked.order(reference)))


@blueprint.post("/orders")
def new_orders() -> tuple[Response, int]:
    """Place one order, or `count` of them; whatever is not said is drawn by chance."""
    wanted, world = body(order_fields.NEW_ORDER), here()
    made = []
    for _ in range(wanted.get("count", 1)):
        with world.database.transaction():
            made.append(order_actions.create(world, asked.store(), _facts(wanted)))
    shown = [order_shown(world, doc) for doc in made]
    return jsonify(shown[0] if "count" not in wanted else {"orders": shown}), 201


def _facts(wanted: Json) -> Json:
    rng = random.Random()
    country = wanted.get("country", "US")
    buyer = person(rng, country if country in PHONE else "US")
    first, _, last = wanted.get("customer", f"{buyer.first_name} {buyer.last_name}").partition(" ")
    phone: str | None = wanted.get("phone", buyer.phone)
    home = address(
        first, last, wanted.get("address1", str(buyer.address["address1"])),
        wanted.get("city", buyer.place.city), buyer.place.province, buyer.place.province_code,
        wanted.get("zip", buyer.place.zip), COUNTRY_NAMES[country], country, phone,
    )  # fmt: skip
    return {
        "items": wanted.get("items") or _goods(rng, wanted.get("digital", False)),
        "customer": {"first_name": first, "last_name": last},
        "email": wanted.get("email", buyer.email),
        "phone": phone,
        "locale": wanted.get("locale", buyer.locale),
        "shipping_address": home if wanted.get("address", True) else None,
        "note": wanted.get("note"),
        "tags": wanted.get("tags"),
    }


def _goods(rng: random.Random, digital: bool) -> list[Json]:
    """Something from the shop."""
    product = rng.choice(DIGITAL if digital else PRODUCTS)
    return [{"title": product.title, "price": product.price, "sku": product.sku,
             "grams": product.grams, "requires_shipping": product.shipped}]  # fmt: skip


@blueprint.post("/orders/<reference>/fulfill")
def fulfill(reference: str) -> tuple[Response, int]:
    world, wanted = here(), body(order_fields.FULFILL)
    with world.database.transaction():
        doc = asked.order(reference)
        lines = _lines(doc, wanted["items"]) if wanted.get("items") else None
        one = fulfillment_actions.fulfill(world, doc, lines, *_tracking(wanted))
    return jsonify(fulfillment_shown(world, one)), 201


def _tracking(wanted: Json) -> tuple[list[str], str | None]:
    """Numbers and company."""
    numbers = wanted.get("numbers") or wanted.get("number") or []
    return numbers, wanted.get("company") or None


def _lines(doc: Json, given: list[Json]) -> Lines:
    """Pieces by line."""
    lines: Lines = {}
    for each in given:
        line_id = _line_id(doc, each)
        lines[line_id] = lines.get(line_id, 0) + each.get("quantity", 1)
    return lines


def _line_id(doc: Json, wanted: Json) -> int:
    for item in doc["line_items"]:
        names = (item["sku"], item["title"], str(item["id"]))
        said = (wanted.get("sku"), wanted.get("title"), wanted.get("line_item_id"))
        if any(value is not None and value in names for value in said):
            return int(item["id"])
    raise Problem(f"{doc['name']} has no such item: {wanted}", 404)


@blueprint.post("/orders/<reference>/cancel")
def cancel_order(reference: str) -> Response:
    reason = body(order_fields.CANCEL).get("reason", "customer")
    with here().database.transaction():
        doc = order_actions.cancel(here(), asked.order(reference), reason)
    return jsonify(order_shown(here(), doc))


@blueprint.post("/orders/<reference>/close")
def close_order(reference: str) -> Response:
    body()
    with here().database.transaction():
        doc = order_actions.archive(here(), asked.order(reference), closed=True)
    return jsonify(order_shown(here(), doc))


@blueprint.post("/orders/<reference>/reopen")
def reopen_order(reference: str) -> Response:
    body()
    with here().database.transaction():
        doc = order_actions.archive(here(), asked.order(reference), closed=False)
    return jsonify(order_shown(here(), doc))


@blueprint.post("/orders/<reference>/delete")
@blueprint.delete("/orders/<reference>")
def delete_order(reference: str) -> Response:
    body()
    with here().database.transaction():
        doc = asked.order(reference)
        order_actions.delete(here(), doc)
    return jsonify(deleted=doc["name"])


@blueprint.post("/orders/<reference>/edit")
def edit_order(reference: str) -> Response:
    """`add`: items; `remove`: items with pieces; anything else changes whom it goes to."""
    world, wanted = here(), body(order_fields.EDIT)
    add, remove = wanted.pop("add", []), wanted.pop("remove", [])
    with world.database.transaction():
        doc = asked.order(reference)
        if wanted.get("shipping_address") is not None:
            old = doc["shipping_address"]
            wanted["shipping_address"] = changed_address(old, wanted["shipping_address"])
        if wanted:
            doc = order_actions.change_contact(world, doc, wanted)
        if add or remove:
            doc = order_actions.edit(world, doc, add, _lines(doc, remove))
    return jsonify(order_shown(world, doc))


@blueprint.post("/fulfillments/<reference>/numbers")
def change_numbers(reference: str) -> Response:
    wanted = body(order_fields.TRACKING)
    with here().database.transaction():
        doc, one = asked.fulfillment(reference)
        fulfillment_actions.change_tracking(here(), doc, one, *_tracking(wanted))
    return jsonify(fulfillment_shown(here(), one))


@blueprint.post("/fulfillments/<reference>/cancel")
def cancel_fulfillment(reference: str) -> Response:
    body()
    with here().database.transaction():
        doc, one = asked.fulfillment(reference)
        fulfillment_actions.cancel_fulfillment(here(), doc, one)
    return jsonify(fulfillment_shown(here(), one))


@blueprint.post("/fulfillments/<reference>/events")
def add_event(reference: str) -> tuple[Response, int]:
    """Shopify itself tells where a fulfillment is."""
    wanted = body(order_fields.EVENT, "status")
    with here().database.transaction():
        doc, one = asked.fulfillment(reference)
        fulfillment_actions.add_event(here(), doc, one, wanted)
    return jsonify(fulfillment_shown(here(), one)), 201
