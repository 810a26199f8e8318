"""Bulk operations: Shopify puts a store's orders together into a file.

Source: shopify.dev, "Perform bulk operations with the GraphQL Admin API", version 2026-10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shopify_app.shopify import admin
from shopify_app.shopify.admin import stamp

AT_WORK = frozenset({"CREATED", "RUNNING", "CANCELING"})
_ORDERS = Path(__file__).with_name("bulk_orders.graphql").read_text(encoding="utf-8")


class Unfit(Exception):
    """The orders cannot be had this way; trying the same again does not help."""


@dataclass(frozen=True, slots=True)
class Operation:
    """How far an operation is. `found` counts orders, `size` the bytes of the file at `url`."""

    id: str
    status: str
    error: str
    created_at: datetime
    found: int
    size: int
    url: str
    is_empty: bool

    @property
    def at_work(self) -> bool:
        """Whether Shopify is still at it."""
        return self.status in AT_WORK

    @property
    def is_done(self) -> bool:
        """Whether what it found can be had. Seven days later it is EXPIRED."""
        return self.status == "COMPLETED" and (self.is_empty or bool(self.url))


def orders_query(since: datetime) -> str:
    """What finds the orders placed from `since` on, newest first."""
    return _ORDERS.replace("SINCE", stamp(since))


def find(shop_id: int, domain: str, since: datetime) -> tuple[Operation | None, int]:
    """The operation that finds these orders, if it was started, and about how many they are.

    Raises client.ShopifyError.
    """
    variables = {"orders": f"created_at:>='{stamp(since)}'"}
    told = admin.run(shop_id, domain, "BulkOperations", variables, of="bulk")
    wanted = orders_query(since).split()  # Shopify may keep it with other spaces
    alike = [n for n in told["bulkOperations"]["nodes"] if n["query"].split() == wanted]
    usable = [each for each in map(_operation, alike) if each.at_work or each.is_done]
    count = (told["ordersCount"] or {}).get("count", 0)
    return (usable[0] if usable else None), count


def start(shop_id: int, domain: str, since: datetime) -> Operation:
    """Let Shopify find these orders. Raises Unfit if it will not, and client.ShopifyError."""
    variables = {"text": orders_query(since)}
    told = admin.run(shop_id, domain, "RunBulkQuery", variables, of="bulk")
    payload = told["bulkOperationRunQuery"] or {}
    if not payload.get("bulkOperation"):
        codes = [str(error.get("code")) for error in payload.get("userErrors") or []]
        raise Unfit(", ".join(codes) or "refused")
    return _operation(payload["bulkOperation"])


def state(shop_id: int, domain: str, operation: str) -> Operation | None:
    """How far an operation is; None if Shopify knows of none. Raises client.ShopifyError."""
    told = admin.run(shop_id, domain, "BulkOperation", {"id": operation}, of="bulk")
    return _operation(told["bulkOperation"]) if told["bulkOperation"] else None


def _operation(node: dict[str, Any]) -> Operation:
    return Operation(
        id=node["id"],
        status=node["status"],
        error=node["errorCode"] or "",
        created_at=datetime.fromisoformat(node["createdAt"]),
        found=int(node["rootObjectCount"]),
        size=int(node["fileSize"] or 0),
        url=node["url"] or "",
        is_empty=int(node["objectCount"]) == 0,
    )
