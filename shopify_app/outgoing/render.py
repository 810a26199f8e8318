"""The words of a message, rendered at the moment it is sent from what is known then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from shopify_app.domain import sms_length, tracking_url
from shopify_app.domain.notification import EMAIL, SMS, is_scanned
from shopify_app.domain.status import Status
from shopify_app.models import Fulfillment, Order, Shipment, Shop
from shopify_app.outgoing import wording

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_STYLE = Path(__file__).resolve().parents[1] / "static/css/mail.css"

_environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    auto_reload=False,  # else each message would look at the age of each file that it is made of
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["style"] = _STYLE.read_text()
_NONE: Mapping[str, int] = {}
_app = ""
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True, slots=True)
class EmailWords:
    """The words of one email."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Message:
    """What an order's customer is told: `event`, of this fulfillment.

    `own` are the merchant's words for some parts of it. `language` is the customer's unless it is
    given. A `trial` says of itself that it is one.
    """

    event: str
    shop: Shop
    order: Order
    fulfillment: Fulfillment
    own: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    trial: bool = False


def email(message: Message, stop_url: str = "") -> EmailWords:
    """The message as an email. `stop_url` is where the customer stops such mails."""
    subject, text, html = _email(message, stop_url, preview=False)
    return EmailWords(subject, text, _inliner.inline(html))


def preview(message: Message) -> EmailWords:
    """The same for a page, whose policy lets no style in but from a file."""
    return EmailWords(*_email(message, "#", preview=True))


def _email(message: Message, stop_url: str, *, preview: bool) -> tuple[str, str, str]:
    language = message.language or language_of(message.shop, message.order)
    names = _names(message.shop, message.order, message.fulfillment, language)
    names |= wording.say(message.event, language, EMAIL, names, message.own)
    mark = _mark(message, language)
    subject = " ".join(f"{mark.get('mark', '')} {names['subject']}".split())
    names |= {"subject": subject, "language": language, "trial": mark.get("line", "")}
    names["stop_url"] = stop_url
    text, html = (
        _environment.get_template(f"email/{language}.{kind}").render(names, preview=preview)
        for kind in ("txt", "html")
    )
    return names["subject"], text, html


def _mark(message: Message, language: str) -> dict[str, str]:
    """What tells a test from the message itself: `mark` before its words, `line` above them."""
    return _blocks(f"email/trial/{language}.txt", {}) if message.trial else {}


def _blocks(name: str, names: dict[str, Any]) -> dict[str, str]:
    """What an event says in its own words (subject, headline, lead, note), for text and HTML."""
    template = _environment.get_template(name)
    context = template.new_context(names)
    return {block: "".join(say(context)).strip() for block, say in template.blocks.items()}


def digest(shop: Shop, found: Summary) -> EmailWords:
    """The mail that tells a shop's owner what requires attention."""
    counts = {rule: count for rule, count in found.by_rule.items() if count}
    return to_owner("digest", shop, counts=counts, total=found.total, oldest=found.oldest)


def to_owner(
    event: str, shop: Shop, path: str = "", counts: Mapping[str, int] = _NONE, **names: Any
) -> EmailWords:
    """A mail to a shop's owner, in the shop's language, that leads to the page at `path`.

    `counts` are told in a table, by the names of the blocks that say of what they are.
    """
    language = i18n.language(shop.locale)
    names |= {"shop": {"name": shop.name}, "language": language, "link": app_link(shop) + path}
    names |= _blocks(f"email/{event}/{language}.txt", names) | {"trial": ""}
    names["lines"] = [(names[block], count) for block, count in counts.items()]
    text, html = (
        _environment.get_template(f"email/owner.{k}").render(names, preview=False)
        for k in ("txt", "html")
    )
    return EmailWords(names["subject"], text, _inliner.inline(html))


def app_link(shop: Shop) -> str:
    """Where the owner opens the app. Source: shopify.dev, links into the admin by its handle."""
    return f"https://{shop.domain}/admin/apps/{_app}"


def configure(app: str) -> None:
    """The client id of the app, by which Shopify's admin opens it."""
    global _app
    _app = app


def sms(message: Message) -> str:
    """The message as a text."""
    language = message.language or language_of(message.shop, message.order)
    names = _names(message.shop, message.order, message.fulfillment, language)
    said = wording.say(message.event, language, SMS, names, message.own)["text"]
    text = " ".join(f"{_mark(message, language).get('mark', '')} {said}".split())
    return sms_length.without_accents(text) if message.shop.sms_plain else text


def language_of(shop: Shop, order: Order) -> str:
    """The customer's language if we write it, else the shop's, else English."""
    return i18n.language(order.locale, shop.locale)


def _names(shop: Shop, order: Order, fulfillment: Fulfillment, language: str) -> dict[str, Any]:
    """The names a template may use."""
    zone = i18n.zone(shop.timezone)
    live = [shipment for shipment in fulfillment.live_shipments if shipment.number]
    sites = [(_site(shop, shipment), shipment.number) for shipment in live]
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
        "links": " ".join(tracking_url.links(sites)),
        "several": len(live) > 1,
        "scanned": bool(live) and all(is_scanned(Status(shipment.status)) for shipment in live),
        "items": fulfillment.items,
    }


def _place(order: Order, language: str) -> str:
    """Where it goes, its country in the message's language: Shopify names it in the shop's."""
    country = Locale(language).territories.get(order.country_code, order.country)
    return ", ".join(part for part in (order.city, order.province, country) if part)


def _parcel(shop: Shop, shipment: Shipment) -> dict[str, str]:
    site = _site(shop, shipment)
    return {
        "number": shipment.number,
        "carrier": shipment.carrier_label,
        "url": tracking_url.link(site, shipment.number),
        "site": tracking_url.site(site),
    }


def _site(shop: Shop, shipment: Shipment) -> str:
    return shop.tracking_site(shipment.carrier_name, shipment.company)


def _day(moment: datetime | None, zone: ZoneInfo, language: str) -> str:
    return format_skeleton("MMMMd", moment, tzinfo=zone, locale=language) if moment else ""
