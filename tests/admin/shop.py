"""Orders of a shop in a few words: placed then, shipped then, told of so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shopify_app.models import Shipment
from tests import payloads
from tests.pages import Element
from tests.support import ALICE, NOON, House

DAY = timedelta(days=1)


def order_id(number: int) -> int:
    return payloads.ORDER + number


def tracking_number(number: int) -> str:
    return f"YT{number:016}"


def place(
    house: House, number: int, at: datetime = NOON - DAY, domain: str = ALICE, **more: Any
) -> None:
    """Order `#number` was placed, and nothing of it shipped."""
    house.record(payloads.order(order_id(number), **_placed(number, at) | more), domain)


def ship(
    house: House,
    number: int,
    placed: datetime = NOON - 2 * DAY,
    shipped: datetime = NOON - DAY,
    domain: str = ALICE,
    *,
    numbers: list[str] | None = None,
    **more: Any,
) -> None:
    """Order `#number` was placed, then shipped with one tracking number, or with these."""
    fulfillment = payloads.fulfillment(
        [tracking_number(number)] if numbers is None else numbers,
        payloads.FULFILLMENT + number,
        order_id(number),
        created_at=shipped.isoformat(),
        updated_at=shipped.isoformat(),
    )
    told = _placed(number, placed) | {"updated_at": shipped.isoformat()} | more
    house.record(payloads.fulfilled_order(fulfillment, id=order_id(number), **told), domain)


def tell(
    house: House,
    number: int | str,
    code: str,
    at: datetime = NOON - timedelta(hours=1),
    domain: str = ALICE,
    **more: Any,
) -> None:
    """17TRACK told the newest event of the order's parcel, or of this tracking number."""
    named = number if isinstance(number, str) else tracking_number(number)
    step = payloads.step(code, f"{at:%Y-%m-%dT%H:%M:%SZ}", **more)
    house.track(payloads.tracked(named, step), domain)


def shipment(house: House, number: int, domain: str = ALICE) -> Shipment:
    """The first shipment of an order."""
    return next(s for s in house.shipments(domain) if s.order_id == order_id(number))


def listed(page: Element) -> list[str]:
    """The names of the orders in a page's table, in its order."""
    return [link.text for row in page.all("tr") for link in row.all("a", class_="name")]


def counted(page: Element, label: str) -> dict[str, int]:
    """The items of a strip with their counts."""
    items = page.one("nav", aria_label=label).all("a", class_="strip-item")
    return {item.text.rpartition(" ")[0]: int(item.text.rpartition(" ")[2]) for item in items}


def _placed(number: int, at: datetime) -> dict[str, Any]:
    when = at.isoformat()
    return {"name": f"#{number}", "created_at": when, "processed_at": when, "updated_at": when}
