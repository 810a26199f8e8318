"""The stores of the sandbox: who they are and whether the app is installed in them."""

from __future__ import annotations

import json

from sandbox.database import Json, dump
from sandbox.moments import stamp
from sandbox.world import World

FIRST = "tidewick.myshopify.com"
FIRST_SHOP_ID = 72_549_821_618
SHOP_ID_STEP = 7_919


def create(world: World, domain: str, name: str) -> Json:
    """Open a store. The app is allowed in, but not installed until it fetches a token."""
    count = len(world.database.rows("SELECT domain FROM stores"))
    store = {
        "id": FIRST_SHOP_ID + count * SHOP_ID_STEP,
        "domain": domain,
        "name": name,
        "email": f"hello@{domain.split('.')[0]}.example",
        "owner": "Maren Oakley",
        "phone": "+13025550142",
        "zone": "America/New_York",
        "currency": "USD",
        "locale": "en",
        "locales": ["en", "vi"],
        "address": {
            "address1": "41 Wharf Street", "address2": None, "city": "Wilmington",
            "province": "Delaware", "province_code": "DE", "zip": "19801",
            "country": "United States", "country_code": "US",
        },
        "location_id": world.database.next_id(),
        "created_at": stamp(world.clock.now()),
        "updated_at": stamp(world.clock.now()),
        "allowed": True,
        "installed": False,
        "next_number": 1001,
    }  # fmt: skip
    save(world, store)
    return store


def get(world: World, domain: str) -> Json | None:
    row = world.database.row("SELECT body FROM stores WHERE domain = ?", domain)
    return json.loads(row["body"]) if row else None


def everyone(world: World) -> list[Json]:
    """All stores, the oldest first."""
    rows = world.database.rows("SELECT body FROM stores ORDER BY rowid")
    return [json.loads(row["body"]) for row in rows]


def save(world: World, store: Json) -> None:
    # Not REPLACE: it would give the row a new place, and the first store would be another.
    world.database.run(
        "INSERT INTO stores VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
        store["domain"], dump(store),
    )  # fmt: skip


def scopes(world: World, store: Json) -> list[str]:
    """What the app may do in a store: what it asks of every store, and what was granted besides;
    without what the merchant did not approve.
    """
    refused = store.get("refused", [])
    asked = [scope for scope in world.config.scopes.split(",") if scope not in refused]
    return [*asked, *store.get("scopes", [])]


def withheld(store: Json) -> list[str]:
    """The groups of protected customer data that the app was not granted."""
    return list(store.get("withheld", []))


_OF_STORE = "UPDATE {} SET store = ? WHERE store = ?"


def rename(world: World, store: Json, domain: str) -> Json:
    """The store has another name; what is on its way to the app still says the old one."""
    with world.database.transaction():
        for table in ("orders", "tokens", "codes", "bulk_operations"):
            world.database.run(_OF_STORE.format(table), domain, store["domain"])
        renamed = store | {"domain": domain}
        world.database.run(
            "UPDATE stores SET domain = ?, body = ? WHERE domain = ?",
            domain, dump(renamed), store["domain"],
        )  # fmt: skip
    return renamed


def handle(store: Json) -> str:
    """The part of the address of the admin: `tidewick`."""
    return str(store["domain"]).removesuffix(".myshopify.com")


def take_number(world: World, store: Json) -> int:
    """The number of the store's next order."""
    number = int(store["next_number"])
    store["next_number"] = number + 1
    save(world, store)
    return number
