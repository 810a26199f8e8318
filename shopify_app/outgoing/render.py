"""The words of a message, rendered at the moment it is sent from what is known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from babel import Locale
from babel.dates import format_skeleton
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shopify_app import i18n
from shopify_app.actions.attention import Summary
from shopify_app.domain import tracking_url
from shopify_app.models import Fulfillment, Order, Shipment, Shop

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

_environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_app = ""
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True, slots=True)
class EmailWords:
    """The words of one email."""

    subject: str
    text: str
    html: str


def email(event: str, shop: Shop, order: Order, fulfillment: Fulfillment) -> EmailWords:
    """The email that tells the order's customer of `event`, in the customer's language."""
    language = language_of(shop, order)
    names = _names(shop, order, fulfillment, language) | {"language": language}
    names |= _blocks(f"email/{event}/{language}.txt", names)
    text, html = (
        _environment.get_template(f"email/{language}.{kind}").render(names)
        for kind in ("txt", "html")
    )
    return EmailWords(names["subject"], text, _inliner.inline(html))


def _blocks(name: str, names: dict[str, Any]) -> dict[str, str]:
    """What an event says in its own words (subject, headline, lead, note), for text and HTML."""
    template = _environment.get_template(name)
    context = template.new_context(names)
    return {block: "".join(say(context)).strip() for block, say in template.blocks.items()}


def digest(shop: Shop, found: Summary) -> EmailWords:
    """The mail that tells a shop's owner what requires attention, in the shop's language."""
    language = i18n.language(shop.locale)
    names: dict[str, Any] = {"shop": {"name": shop.name}, "language": language}
    names |= {"total": found.total, "oldest": found.oldest, "link": app_link(shop)}
    names |= _blocks(f"email/digest/{language}.txt", names)
    names["lines"] = [(names[rule], count) for rule, count in found.by_rule.items() if count]
    text, html = (
        _environment.get_template(f"email/digest.{k}").render(names) for k in ("txt", "html")
    )
    return EmailWords(names["subject"], text, _inliner.inline(html))


def app_link(shop: Shop) -> str:
    """Where the owner opens the app. Source: shopify.dev, links into the admin by its handle."""
    return f"https://{shop.domain}/admin/apps/{_app}"


def configure(app: str) -> None:
    """The client id of the app, by which Shopify's admin opens it."""
    global _app
    _app = app


def sms(event: str, shop: Shop, order: Order, fulfillment: Fulfillment) -> str:
    """The text that tells the order's customer of `event`, in the customer's language."""
    language = language_of(shop, order)
    template = _environment.get_template(f"sms/{event}/{language}.txt")
    return template.render(_names(shop, order, fulfillment, language)).strip()


def language_of(shop: Shop, order: Order) -> str:
    """The customer's language if we write it, else the shop's, else English."""
    return i18n.language(order.locale, shop.locale)


def _names(shop: Shop, order: Order, fulfillment: Fulfillment, language: str) -> dict[str, Any]:
    """The names a template may use."""
    zone = i18n.zone(shop.timezone)
    live = [shipment for shipment in fulfillment.live_shipments if shipment.number]
    return {
        "shop": {
            "name": shop.sender_name or shop.name,
            "address": shop.address,
            "storefront": shop.storefront,
        },
        "order": {"name": order.name, "date": _day(order.placed_at, zone, language)},
        "fulfillment": {"date": _day(fulfillment.created_at, zone, language)},
        "customer": {
            "name": order.customer_name,
            "first_name": order.first_name,
            "place": _place(order, language),
        },
        "parcels": [_parcel(shop, shipment) for shipment in live],
        "several": len(live) > 1,
        "items": fulfillment.items,
    }


def _place(order: Order, language: str) -> str:
    """Where it goes, its country in the message's language: Shopify names it in the shop's."""
    country = Locale(language).territories.get(order.country_code, order.country)
    return ", ".join(part for part in (order.city, order.province, country) if part)


def _parcel(shop: Shop, shipment: Shipment) -> dict[str, str]:
    return {
        "number": shipment.number,
        "carrier": shipment.carrier_name or shipment.company,
        "url": tracking_url.link(shop.tracking_url, shipment.number),
        "site": tracking_url.site(shop.tracking_url),
    }


def _day(moment: datetime | None, zone: ZoneInfo, language: str) -> str:
    return format_skeleton("MMMMd", moment, tzinfo=zone, locale=language) if moment else ""
