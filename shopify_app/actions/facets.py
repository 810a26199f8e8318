"""The words an order is found by in a list: its tags, its carriers, the country it goes to."""

from __future__ import annotations

from shopify_app.models import Facet, Order, draft

TAG, CARRIER, COUNTRY = "tag", "carrier", "country"
LONGEST = 100
"""So many signs of a word are kept: what a page can show, and every index can hold."""


def refresh(order: Order) -> None:
    """Let the order's facets be those of its rows; a placeholder and a tombstone have none."""
    wanted = _facets(order) if order.placed_at else set()
    known = {(f.kind, f.value): f for f in order.facets if f.placed_at == order.placed_at}
    if known.keys() == wanted and len(known) == len(order.facets):
        return
    made = [
        draft.new(
            Facet,
            beside=order,
            shop_id=order.shop_id,
            order_id=order.id,
            kind=kind,
            value=value,
            placed_at=order.placed_at,
        )
        for kind, value in sorted(wanted - known.keys())
    ]
    order.facets = [known[each] for each in known if each in wanted] + made


def _facets(order: Order) -> set[tuple[str, str]]:
    found = {(TAG, tag) for tag in order.tags}
    found |= {(CARRIER, s.carrier_label) for s in order.live_shipments}
    found.add((COUNTRY, order.country_code))
    return {(kind, value[:LONGEST]) for kind, value in found if value}
