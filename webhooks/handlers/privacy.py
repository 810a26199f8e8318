"""The topics of privacy law, which come whether the app is installed or not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.models import DataRequest, Shop
from shopify_app.privacy import erase
from webhooks.handlers import fields

ANOTHER = "the body is about another shop"


def data_requested(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """A customer asked the store for their data: the merchant finds it on the Privacy page."""
    if fields.identity(body, "shop_id") != shop.id:
        return ANOTHER
    request_id = fields.identity(fields.row(body, "data_request"), "id")
    known = select(DataRequest.id).where(
        DataRequest.shop_id == shop.id, DataRequest.request_id == request_id
    )
    if session.scalar(known):
        return "it is known"
    session.add(
        DataRequest(
            shop_id=shop.id,
            request_id=request_id,
            customer_id=fields.whole_number(fields.row(body, "customer"), "id") or None,
            order_ids=fields.identities(body, "orders_requested"),
            asked_at=clock.now(),
        )
    )
    return None


def customer_redacted(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """A customer is to be forgotten."""
    if fields.identity(body, "shop_id") != shop.id:
        return ANOTHER
    person = fields.row(body, "customer")
    if "data_request" in body:
        return "the body asks for data"
    marks = [fields.text(person, name) for name in ("email", "phone")]
    erase.customer(session, shop, fields.identities(body, "orders_to_redact"), marks)
    return None


def shop_redacted(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """A store that left two days ago is to be forgotten whole."""
    if fields.identity(body, "shop_id") != shop.id:
        return ANOTHER
    if "customer" in body:
        return "the body is about one customer"
    if shop.installed:
        return "the app is on the store"
    erase.shop(session, shop)
    return None
