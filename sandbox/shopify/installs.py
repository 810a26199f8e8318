"""The app comes to a store, leaves it, and is granted more or less there."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.database import Json
from sandbox.shopify import stores
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.payloads.shop import shop
from sandbox.shopify.webhooks import fire, new_event
from sandbox.world import World


def uninstall(world: World, store: Json) -> None:
    """The merchant removes the app: its tokens die, it is told, and 48 hours later it has to erase.

    (shopify.dev, privacy law compliance: shop/redact comes 48 hours after the uninstall.)
    """
    event = new_event()
    with world.database.transaction():
        world.database.run("DELETE FROM tokens WHERE store = ?", store["domain"])
        fire(world, store, "app/uninstalled", shop(store), event)
        redact = {"shop_id": store["id"], "shop_domain": store["domain"]}
        fire(world, store, "shop/redact", redact, event, delay=48 * 3600)
        stores.save(
            world, store | {"allowed": False, "installed": False, "scopes": [], "refused": []}
        )


def install(world: World, store: Json) -> None:
    """The app has fetched its first token: from now on it hears of the store."""
    if not store["installed"]:
        world.postman.cancel(store["domain"], "shop/redact")
        stores.save(world, store | {"allowed": True, "installed": True})


def grant(world: World, store: Json, optional: list[str], refused: Sequence[str] = ()) -> list[str]:
    """The merchant lets the app do this besides what it asks of every store, which it is granted
    but for what is `refused`: app/scopes_update.

    Its tokens can do it at once. Returns all that it may do now.
    """
    before = stores.scopes(world, store)
    store |= {"scopes": optional, "refused": list(refused)}
    after = stores.scopes(world, store)
    with world.database.transaction():
        stores.save(world, store)
        world.database.run(
            "UPDATE tokens SET scopes = ? WHERE store = ?", ",".join(after), store["domain"]
        )
        if before != after:
            told = {"id": world.database.next_id(), "shop_id": gid("Shop", store["id"])}
            told |= {"previous": before, "current": after}
            told |= {"updated_at": world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"}
            fire(world, store, "app/scopes_update", told, new_event())
    return after
