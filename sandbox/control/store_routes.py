"""Control of stores and of the app's installation in them."""

from __future__ import annotations

from flask import Response, jsonify

from sandbox.checks import Fields, list_of, one_of, shaped, text, zone
from sandbox.control import asked
from sandbox.control.asked import Problem, blueprint, body
from sandbox.control.order_fields import locale
from sandbox.database import Json
from sandbox.moments import stamp
from sandbox.shopify import installs, stores
from sandbox.shopify.payloads.shop import shop
from sandbox.shopify.protected import GROUPS
from sandbox.shopify.webhooks import fire, new_event
from sandbox.world import here

NEW_STORE: Fields = {
    "domain": shaped(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", "NAME.myshopify.com"),
    "name": text,
}
SHOP: Fields = {
    "domain": NEW_STORE["domain"],
    **dict.fromkeys(("name", "email", "owner", "phone"), text),
    "zone": zone,
    "locale": locale,
    "currency": shaped("[A-Z]{3}", "a currency such as USD"),
}


@blueprint.post("/privacy/<path:topic>")
def privacy(topic: str) -> Response:
    """A customer asks for their data, or to be forgotten: the topics of privacy law."""
    if topic not in ("customers/data_request", "customers/redact"):
        raise Problem(f"{topic!r} is neither customers/data_request nor customers/redact", 404)
    world, store = here(), asked.store()
    doc = asked.order(body({"order": text}, "order")["order"])
    person = doc["customer"] or {}
    which = "orders_requested" if topic.endswith("data_request") else "orders_to_redact"
    told: Json = {
        "shop_id": store["id"],
        "shop_domain": store["domain"],
        "customer": {"id": person.get("id"), "email": doc["email"], "phone": doc["phone"]},
        which: [doc["id"]],
    }
    if topic.endswith("data_request"):
        told["data_request"] = {"id": world.database.next_id()}
    fire(world, store, topic, told, new_event())
    return jsonify(sent=topic)


@blueprint.post("/app/<action>")
def app_action(action: str) -> Response:
    """`uninstall`, `allow` (again), `revoke` all tokens, or `expire` the access tokens."""
    body()
    world, store = here(), asked.store()
    if action == "uninstall":
        installs.uninstall(world, store)
    elif action == "allow":
        stores.save(world, store | {"allowed": True})
    elif action == "revoke":
        world.database.run("DELETE FROM tokens WHERE store = ?", store["domain"])
    elif action == "expire":
        now = world.clock.seconds()
        world.database.run("UPDATE tokens SET expires_at = ? WHERE store = ?", now, store["domain"])
    else:
        raise Problem(f"{action!r} is none of uninstall, allow, revoke, expire", 404)
    return jsonify(installed=bool((stores.get(world, store["domain"]) or {})["installed"]))


@blueprint.post("/app/scopes")
def grant() -> Response:
    """The merchant grants optional scopes, or with an empty list takes them back."""
    wanted = body({"optional": list_of(text), "refused": list_of(text)}, "optional")
    return jsonify(scopes=installs.grant(here(), asked.store(), **wanted))


@blueprint.post("/app/protected")
def withhold() -> Response:
    """The groups of protected customer data that the app was not granted; none: it has all."""
    wanted, store = body({"withheld": list_of(one_of(GROUPS))}, "withheld"), asked.store()
    stores.save(here(), store | wanted)
    return jsonify(wanted)


@blueprint.post("/stores")
def new_store() -> tuple[Response, int]:
    """Open one more store, without orders."""
    wanted, world = body(NEW_STORE, "domain"), here()
    domain = wanted["domain"]
    if stores.get(world, domain):
        raise Problem(f"there is a store {domain} already")
    name = wanted.get("name", domain.split(".")[0].capitalize())
    made = stores.create(world, domain, name)
    return jsonify(domain=made["domain"], id=str(made["id"])), 201


@blueprint.post("/shop")
def change_shop() -> Response:
    """Change what the shop says of itself: shop/update."""
    wanted, world, store = body(SHOP), here(), asked.store()
    if stores.get(world, domain := wanted.get("domain", "")):
        raise Problem(f"there is a store {domain} already")
    if domain:
        store = stores.rename(world, store, domain)
    store |= wanted | {"updated_at": stamp(world.clock.now())}
    stores.save(world, store)
    fire(world, store, "shop/update", shop(store), new_event())
    return jsonify(name=store["name"])
