"""Tracking URLs of a shop that are for one carrier each."""

from __future__ import annotations

from collections.abc import Mapping

from shopify_app.domain.carrier_names import folded, names_of
from shopify_app.models import Shop


def use(shop: Shop, urls: Mapping[str, str]) -> None:
    """Parcels of these carriers are shown at these URLs, checked, from now on."""
    for carrier in urls:
        forget(shop, carrier)
    shop.carrier_urls = dict(sorted({**shop.carrier_urls, **urls}.items()))


def forget(shop: Shop, carrier: str) -> None:
    """Parcels of this carrier are shown at the shop's own URL again."""
    same, now = names_of(carrier), shop.carrier_urls.items()
    shop.carrier_urls = {name: url for name, url in now if folded(name) not in same}
