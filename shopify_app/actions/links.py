"""Deciding whether Shopify's own pages and mails are to lead to the merchant's tracking URL.

A fulfillment's tracking URLs are written once for each change of its numbers or of the setting, and
never fought for: what somebody else writes there later stays.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from shopify_app.actions import outbox
from shopify_app.domain import tracking_url
from shopify_app.domain.facts import Parcel
from shopify_app.domain.status import TERMINAL
from shopify_app.models import Fulfillment, Order, Shop


def decide(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """Put a write into the outbox if the links of a fulfillment under way are to change.

    When the setting changes, each follows with the next news of its parcel.
    """
    if not (shop.write_links and shop.installed and _under_way(order, fulfillment)):
        return
    parcels = [Parcel(s.number, s.company) for s in fulfillment.live_shipments if s.number]
    wanted = [link(shop, parcel) for parcel in parcels]
    if wanted and wanted != fulfillment.shopify_links:
        fulfillment.shopify_links = wanted
        outbox.write_links(session, fulfillment)


def link(shop: Shop, parcel: Parcel) -> str:
    """Where a parcel's number leads by the merchant's choice."""
    return tracking_url.link(shop.tracking_site(parcel.company), parcel.number)


def for_shopify(shop: Shop, parcel: Parcel) -> Parcel:
    """A parcel as Shopify is to have it: with our link, if that is switched on."""
    return replace(parcel, url=link(shop, parcel)) if shop.write_links else parcel


def is_ours(shop: Shop, fulfillment: Fulfillment, parcel: Parcel) -> bool:
    """Whether the URL that Shopify tells is one that we gave it, and so not the carrier's."""
    return parcel.url in fulfillment.shopify_links or parcel.url == link(shop, parcel)


def _under_way(order: Order, fulfillment: Fulfillment) -> bool:
    if order.placed_at is None or order.redacted_at or order.deleted_at or fulfillment.imported:
        return False
    open_ = [s for s in fulfillment.live_shipments if s.status not in TERMINAL]
    return fulfillment.live and bool(open_)
