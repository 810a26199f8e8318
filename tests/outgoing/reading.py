"""An order to write of, and how its reader sees the mail."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from shopify_app.domain import tracking_url
from shopify_app.models import Fulfillment, Order, Shipment, Shop

EVENT = "shipping_confirmation"
Rows = tuple[Shop, Order, Fulfillment]


def rows(locale: str = "en", parcels: int = 1, **facts: Any) -> Rows:
    """An order of which `parcels` were shipped; `facts` replace those of the order."""
    shop = Shop(
        name="Alice",
        sender_name="",
        address="18 Ropewalk Yard, Portland",
        storefront="alice.test",
        timezone="America/New_York",
        locale="en",
        tracking_url=tracking_url.DEFAULT,
    )
    known = {
        "name": "#1058",
        "placed_at": datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        "customer_name": "Maren Oakdale",
        "first_name": "Maren",
        "city": "Hanoi",
        "province": "",
        "country": "Vietnam",
        "country_code": "VN",
        "locale": locale,
    }
    fulfillment = Fulfillment(
        created_at=datetime(2026, 11, 23, 4, 59, tzinfo=UTC),  # still the 22nd in New York
        items=[{"title": "Linen throw, oat", "quantity": 2}],
        shipments=[parcel(f"YT{n}") for n in range(1, parcels + 1)],
    )
    return shop, Order(**(known | facts)), fulfillment


def parcel(number: str, **more: Any) -> Shipment:
    return Shipment(**({"number": number, "company": "YunExpress", "carrier_name": ""} | more))


class Reader(HTMLParser):
    """Reads a mail as its reader sees it: `lines` of words, `links`, and the `tags` behind them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.links: list[str] = []
        self._seen = ""
        self.feed(html)
        seen = (" ".join(line.split()) for line in self._seen.split("\x00"))
        self.lines = [line for line in seen if line]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        blocks = {"title", "style", "div", "p", "h1", "h2", "table", "tr", "br"}
        self._seen += "\x00" if tag in blocks else " " if tag in {"td", "th"} else ""

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] not in {"style", "title"}:
            self._seen += data.replace("\x00", "")


def text_lines(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def words(*lines: str) -> set[str]:
    """The words, without the signs about them."""
    return {word.strip(".,:-") for line in lines for word in line.split()} - {""}
