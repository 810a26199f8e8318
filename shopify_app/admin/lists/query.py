"""The lists of orders behind the Orders and Tracking pages: what is found, in which order.

Whatever the filters, a list is read along one index: that of its order, or of a facet. So a page
costs the same wherever it is, in a shop of a million orders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    select,
    union,
)
from sqlalchemy.orm import defer, selectinload

from shopify_app import clock, crypto
from shopify_app.actions.attention import RULES
from shopify_app.admin import paging
from shopify_app.admin.lists.filters import (
    ATTENTION,
    FULFILLED,
    NEWEST,
    OLDEST,
    PLACED,
    SILENT,
    Filters,
)
from shopify_app.admin.lists.filters import STATUS as BY_STATUS
from shopify_app.domain.status import TERMINAL
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import Facet, Order, Shipment, Shop
from shopify_app.models.shipment import MENDABLE, REASONED, UNNUMBERED

SHORTEST_NUMBER = 5
MOST_FOUND = 1_000
"""So many parcels are looked at whose numbers begin alike."""
_SORTS = {ATTENTION: Order.attention_from, BY_STATUS: Order.open_since, SILENT: Order.silent_since}


def orders(filters: Filters, shop: Shop) -> Select[Order]:
    """The orders with their live shipments, but for what no list shows."""
    shown = (
        defer(Order.email),
        defer(Order.phone),
        selectinload(Order.shipments).defer(Shipment.fields),
    )
    return narrowed(select(Order), filters, shop, listed=True).options(*shown)


def ids(filters: Filters, shop: Shop, most: int) -> Select[int]:
    """The ids of the first of them in the list's order."""
    in_order = sorting(filters).by(backwards=False)
    found = narrowed(select(Order.id), filters, shop, listed=True)
    return found.order_by(*in_order).limit(most)


def of_ids(order_ids: Collection[int], shop: Shop) -> Select[Order]:
    """These orders of the shop."""
    return select(Order).where(
        Order.shop_id == shop.id, Order.placed_at.is_not(None), Order.id.in_(order_ids)
    )


def sorting(filters: Filters) -> paging.Order:
    """The order of the list."""
    if filters.sort in _SORTS:
        return paging.Order(_SORTS[filters.sort], Order.id, down=False)
    row_id = Facet.order_id.label("id") if _driving(filters) else Order.id
    return paging.Order(_date(filters), row_id, down=filters.sort == NEWEST)


def _driving(filters: Filters) -> bool:
    """Whether the list is read along a facet's index."""
    by_placed = filters.sort in {NEWEST, OLDEST} and filters.by == PLACED
    return by_placed and bool(filters.facets)


def _date(filters: Filters) -> Any:
    if filters.by == FULFILLED:
        return Order.fulfilled_at
    return Facet.placed_at if _driving(filters) else Order.placed_at


def narrowed(
    wanted: Select[Any],
    filters: Filters,
    shop: Shop,
    *,
    by_status: bool = True,
    listed: bool = False,
) -> Select[Any]:
    """What is wanted of the orders that the filters leave, the status filter apart if so said.

    `listed`: some rows in order are wanted, not the number of all: orders are walked through.
    """
    facets = [*filters.facets]
    of_order = (Facet.shop_id == Order.shop_id) & (Facet.order_id == Order.id)
    if _driving(filters):
        wanted = wanted.join(Facet, of_order).where(*_is_facet(shop, *facets.pop(0)))
    for facet in facets:
        other = select(Facet.order_id).where(of_order, *_is_facet(shop, *facet))
        wanted = wanted.where(other.correlate(Order).exists())
    for found in _by_parcel(filters, shop):
        wanted = wanted.where(Order.id.in_(found)) if listed else _begin_with(wanted, found)
    if filters.q:
        wanted = _begin_with(wanted, matching(shop, filters.q).limit(MOST_FOUND))
    return wanted.where(*where(filters, shop, by_status=by_status))


def _begin_with(wanted: Select[Any], found: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    """Look the few up that were found, rather than every order among them."""
    few = found.subquery()
    return wanted.join(few, few.c.order_id == Order.id)


def _is_facet(shop: Shop, kind: str, value: str) -> tuple[ColumnElement[bool], ...]:
    return (Facet.shop_id == shop.id, Facet.kind == kind, Facet.value == value)


def where(filters: Filters, shop: Shop, *, by_status: bool = True) -> Iterator[ColumnElement[bool]]:
    """The filters that ask for nothing but the order's own row."""
    yield Order.shop_id == shop.id
    # What requires attention was placed, and has a moment since when.
    if not filters.attention:
        yield Order.placed_at.is_not(None)
    if filters.tracked:
        yield Order.status != ""
    if by_status and filters.statuses:
        yield Order.status.in_(filters.statuses)
    if filters.dates.start:
        yield _date(filters) >= filters.dates.start
    if filters.dates.end:
        yield _date(filters) < filters.dates.end
    if filters.attention:
        yield RULES.get(filters.rule, Order.attention_from) <= clock.now()
    if filters.silent:
        yield Order.silent_since <= clock.now() - filters.silence
    if filters.sort in _SORTS and not (filters.attention and filters.sort == ATTENTION):
        yield _SORTS[filters.sort].is_not(None)


def _by_parcel(filters: Filters, shop: Shop) -> Iterator[Select[Any]]:
    """What the filters that ask for parcels find: each the ids of some orders."""
    if filters.mend:
        open_ = (Shipment.resolved_at.is_(None), Shipment.status.not_in(TERMINAL))
        yield _parcels(shop).where(MENDABLE, *open_)
    if filters.reason:
        yield _parcels(shop).where(REASONED, Shipment.reason == filters.reason)
    if filters.unnumbered:
        yield _parcels(shop).where(UNNUMBERED)


def _parcels(shop: Shop) -> Select[Any]:
    """The orders of the live parcels. Each caller's condition is that of an index, word by word."""
    parcels = select(Shipment.order_id).distinct()
    return parcels.where(Shipment.shop_id == shop.id, Shipment.joined_id.is_(None))


def matching(shop: Shop, q: str) -> CompoundSelect[Any]:
    """The ids of the orders that a search is for: by the order's name with or without `#`, the
    beginning of a number, or the whole email."""
    mine = select(Order.id.label("order_id")).where(Order.shop_id == shop.id)
    ways = [mine.where(Order.name.in_((q, f"#{q.lstrip('#')}")))]
    key = normalise(q)
    if len(key) >= SHORTEST_NUMBER:
        # A range, not LIKE: it uses the index whatever the database's collation.
        alike = select(Shipment.order_id).where(
            Shipment.shop_id == shop.id,
            Shipment.removed_at.is_(None),
            Shipment.number_key.between(key, key + 50 * "Z"),
        )
        ways.append(select(alike.limit(MOST_FOUND).subquery().c.order_id))
    if "@" in q:
        ways.append(mine.where(Order.email_hash == crypto.keyed_hash(q)))
    return union(*ways)
