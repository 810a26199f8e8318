"""Plain facts, as the outside world tells them: what actions take.

REST bodies, GraphQL answers and carrier answers all become these. Times are aware UTC; texts are
stripped, and empty where nothing was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

SHIPPED_NOTHING = frozenset({"cancelled", "error", "failure"})
"""The statuses of a fulfillment (FulfillmentStatus, in lower case) that sent nothing on its way."""


def plain(text: str) -> str:
    """The text as every database and page takes it: without NUL and halves of signs."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def as_dict(fact: Any) -> dict[str, Any]:
    """The fields of a fact without facts in it; `asdict` would copy them deeply, and slowly."""
    return {name: getattr(fact, name) for name in fact.__slots__}


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """A store, as Shopify describes it. `locale` is the primary language of the store."""

    id: int
    domain: str
    name: str
    email: str
    timezone: str
    currency: str
    locale: str = ""
    contact_email: str = ""
    address: str = ""
    storefront: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """An offline token with what refreshes it. Without an expiry it never expires."""

    access: str
    scopes: str
    expires_at: datetime | None = None
    refresh: str = ""
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an order: `unfulfilled` of its `quantity` pieces still have to be shipped."""

    id: int
    title: str
    variant: str
    quantity: int
    unfulfilled: int
    requires_shipping: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who the parcel goes to, and how they are reached."""

    name: str = ""
    first_name: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    province: str = ""
    province_code: str = ""
    country: str = ""
    country_code: str = ""
    locale: str = ""
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One tracking number of a fulfillment, as the merchant or the supplier wrote it."""

    number: str
    company: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FulfilledItem:
    """So many pieces of a line that went out in a fulfillment."""

    title: str
    quantity: int


@dataclass(frozen=True, slots=True)
class FulfillmentEventFacts:
    """A step of a fulfillment as Shopify tells it; `status` is Shopify's word in lower case.

    `or_later`: only that it happened is known, and that it cannot have been before `happened_at`.
    """

    fulfillment_id: int
    order_id: int
    status: str
    happened_at: datetime
    message: str = ""
    place: str = ""
    country: str = ""
    or_later: bool = False


@dataclass(frozen=True, slots=True)
class FulfillmentFacts:
    """A fulfillment. `version` orders two with the same `updated_at`; see `domain.versions`.

    `order_status` is how much of its order is fulfilled with it, where Shopify was asked for that.
    """

    id: int
    order_id: int
    name: str
    status: str
    created_at: datetime
    updated_at: datetime
    version: str
    parcels: tuple[Parcel, ...] = ()
    items: tuple[FulfilledItem, ...] = ()
    events: tuple[FulfillmentEventFacts, ...] = ()
    order_status: str = ""

    @property
    def live(self) -> bool:
        """False once it was cancelled or failed: then it shipped nothing."""
        return self.status not in SHIPPED_NOTHING


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order with its fulfillments. `version` orders two with the same `updated_at`."""

    id: int
    name: str
    placed_at: datetime
    created_at: datetime
    updated_at: datetime
    version: str
    recipient: Recipient
    total: str = ""
    currency: str = ""
    fulfillment_status: str = "unfulfilled"
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    tags: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    fulfillments: tuple[FulfillmentFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One event of a carrier. `local` is its time as the carrier wrote it."""

    happened_at: datetime | None
    local: str
    text: str
    code: str
    place: str = ""
    country: str = ""
    carrier: str = ""
    carrier_number: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a provider says of one number at one moment; `checkpoints` are newest first.

    `synced_at` is when the provider itself last looked: it orders two snapshots whose newest
    checkpoint is the same (a parcel that expires has no event of its own).
    """

    source: str
    number: str
    code: str
    synced_at: datetime
    carrier: str = ""
    carrier_name: str = ""
    checkpoints: tuple[Checkpoint, ...] = ()

    @property
    def happened_at(self) -> datetime | None:
        """The time of the newest checkpoint, None while there is none."""
        return max((c.happened_at for c in self.checkpoints if c.happened_at), default=None)
