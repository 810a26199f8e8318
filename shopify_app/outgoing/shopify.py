"""Writing to Shopify: look first, then write what is not there. Done twice it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from shopify_app.actions.access import NO_TOKEN
from shopify_app.domain.facts import Parcel
from shopify_app.domain.order_marks import Marks
from shopify_app.outgoing.errors import Held, Permanent, Retry
from shopify_app.shopify import client, writing
from shopify_app.shopify.tokens import NoToken


def write_event(
    shop_id: int, domain: str, fulfillment_id: int, value: str, happened_at: datetime
) -> str:
    """Make Shopify have this event once, and return its id.

    A write that died half-way may have arrived, so we look for it before we write it (again).
    Raises Held, Retry or Permanent.
    """
    with _named_errors():
        found = writing.find_event(shop_id, domain, fulfillment_id, value, happened_at)
        return found or writing.create_event(shop_id, domain, fulfillment_id, value, happened_at)


def write_numbers(
    shop_id: int, domain: str, fulfillment_id: int, parcels: Sequence[Parcel], *, tell: bool
) -> str:
    """Give a fulfillment these numbers; `tell`: let Shopify write to the customer about it.

    Done twice it changes nothing. Raises Held, Retry or Permanent.
    """
    with _named_errors():
        writing.set_numbers(shop_id, domain, fulfillment_id, parcels, tell=tell)
        return ""


def write_links(
    shop_id: int, domain: str, fulfillment_id: int, link: Callable[[Parcel], str]
) -> str:
    """Let a fulfillment's numbers lead to these links. Raises Retry or Permanent."""
    with _named_errors():
        writing.set_links(shop_id, domain, fulfillment_id, link)
        return ""


def write_marks(shop_id: int, domain: str, order_id: int, marks: Marks) -> str:
    """Let an order tell this by its tags and its metafield. Raises Retry or Permanent."""
    with _named_errors():
        writing.set_marks(shop_id, domain, order_id, marks)
        return ""


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except client.Rejected as error:
        raise Permanent("shopify_refused", error) from error
    except NoToken as error:
        raise Held(NO_TOKEN) from error
    except (client.Retry, client.TokenRefused) as error:
        raise Retry("shopify_later", type(error).__name__) from error
