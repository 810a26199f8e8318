"""Topics about the shop itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app.actions import access, importing, shops
from shopify_app.domain import shop_domain
from shopify_app.domain.facts import ShopFacts
from shopify_app.models import Shop
from shopify_app.shopify import admin
from webhooks.handlers import fields


def updated(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The store's name, address, zone or language changed."""
    if fields.identity(body, "id") != shop.id:
        return "the body is about another shop"
    place = (fields.text(body, name) for name in ("address1", "city", "zip", "country_name"))
    at = fields.optional_moment(body, "updated_at")
    facts = ShopFacts(
        id=shop.id,
        domain=shop_domain.checked(fields.text(body, "myshopify_domain")) or "",
        name=fields.text(body, "name"),
        email=fields.text(body, "email"),
        timezone=fields.text(body, "iana_timezone"),
        currency=fields.text(body, "currency"),
        locale=fields.text(body, "primary_locale"),
        contact_email=fields.text(body, "customer_email"),
        address=", ".join(part for part in place if part),
        storefront=fields.text(body, "domain"),
    )
    shops.describe(session, shop, facts, at)
    return None


def granted(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The store grants other scopes than before."""
    if fields.text(body, "shop_id").rpartition("/")[2] != str(shop.id):
        return "the body is about another shop"
    access.granted(shop, fields.texts(body, "current"), fields.moment(body, "updated_at"))
    importing.reach_further(session, shop)
    return None


def bulk_finished(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """A bulk operation of ours came to an end: what it found is asked for at once."""
    if fields.text(body, "admin_graphql_api_id") != shop.import_operation:
        return "nobody waits for this operation"
    importing.wake(session, shop)
    return None


def uninstalled(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The app was taken off the store; believed after the proof below."""
    if fields.identity(body, "id") != shop.id:
        return "the body is about another shop"
    shops.uninstall(session, shop)
    return None


def refute_uninstall(shop: Shop) -> str | None:
    """An uninstalled shop's token is refused. Where it still works, the webhook is not believed.

    Otherwise an old body, sent again under another shop's name, would cut that shop off.
    """
    if admin.token_is_dead(shop.id, shop.domain):
        return None
    return "the shop's token still works"
