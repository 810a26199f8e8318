"""Liquid for Shopify's own notifications, with the merchant's tracking URL in it.

Source of the names: Shopify's notification variables (fulfillment.tracking_numbers,
fulfillment.tracking_company, order_name, shop.name). Nothing of it is sent by us.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from liquid import Environment as Liquid
from liquid.exceptions import LiquidError

from shopify_app.domain import tracking_url
from shopify_app.domain.carrier_names import names_of
from shopify_app.domain.liquid_doctor import Remedy
from shopify_app.models import Shop
from shopify_app.outgoing import sample

EVENTS = ("shipping_confirmation", "shipping_update", "out_for_delivery", "delivered")

_ours = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[2] / "templates"),
    variable_start_string="[[",
    variable_end_string="]]",
    block_start_string="[%",
    block_end_string="%]",
    comment_start_string="[#",
    comment_end_string="#]",
    undefined=StrictUndefined,
    # It makes Liquid, and what is filled in has no quotes.
    autoescape=False,  # nosec B701
    trim_blocks=True,
    lstrip_blocks=True,
)


class _Limited(Liquid):
    loop_iteration_limit = 1_000
    output_stream_limit = 50_000
    local_namespace_limit = 50_000
    context_depth_limit = 10


_shopifys = _Limited(autoescape=False)


def text(shop: Shop, event: str, channel: str, language: str) -> str:
    """What is to be pasted: a block of the email's template, or the whole text message."""
    return _made(shop, f"{channel}.{language}", event)


def remedy(shop: Shop, event: str, channel: str, language: str) -> Remedy:
    """What mends a template of the merchant's."""
    block = _made(shop, f"email.{language}" if channel == "email" else "links", event)
    return Remedy(block, _made(shop, "inline", event), shop.tracking_url)


def _made(shop: Shop, name: str, event: str) -> str:
    own = shop.carrier_urls or {}
    overrides = [("', '".join(names_of(carrier)), url) for carrier, url in own.items()]
    made = _ours.get_template(f"shopify/{name}.liquid").render(
        event=event,
        url=shop.tracking_url,
        overrides=overrides,
        together=not overrides and tracking_url.takes_several(shop.tracking_url),
    )
    return made.strip()


def preview(text: str, shop: Shop, numbers: Sequence[str]) -> str:
    """What the Liquid says of an order with these tracking numbers; empty if it cannot be run."""
    urls = [f"https://carrier.example/{n}" for n, _ in enumerate(numbers)]
    told = {
        "tracking_numbers": list(numbers),
        "tracking_company": sample.CARRIER,
        "tracking_urls": urls,
        "tracking_url": urls[0] if urls else None,
    }
    names = {"name": sample.NAME, "order_name": sample.NAME, "shop": {"name": shop.name}}
    try:
        return _shopifys.from_string(text).render(names, fulfillment=told).strip()
    except LiquidError:
        return ""
