"""What became of everything: the product's rows against what the sandbox sent, has and received."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bench.chaos.product import Json, Product
from shopify_app import clock, database
from shopify_app.domain import status_map
from shopify_app.jobs import looks
from shopify_app.jobs.deliver import STUCK_AFTER
from shopify_app.models import Inbox, Order, Outbox
from shopify_app.tenants import across_shops

PATIENCE = 240.0
"""Seconds after which it is given up; longer than is promised, to learn how long it took."""
MOST = 10_000


def drain(product: Product) -> float:
    """Wait until all that was sent is taken, applied and sent on; how many seconds that took.

    Raises TooLate.
    """
    calm = 0

    def drained() -> bool:
        nonlocal calm
        calm = 0 if _under_way(product) else calm + 1
        return calm > 10  # a moment's calm may come between two of its steps

    return product.wait(drained, PATIENCE)


def _under_way(product: Product) -> bool:
    if product.see("/control/state")["deliveries"].keys() & {"waiting", "sending"}:
        return True
    now = clock.now()
    waits = (
        select(Inbox.id).where(Inbox.state == "waiting"),
        across_shops(select(Outbox.id).where(Outbox.state == "waiting", Outbox.due_at <= now)),
    )
    try:
        with database.reading() as session:
            return any(session.scalar(wait.limit(1)) is not None for wait in waits)
    except SQLAlchemyError:  # it was killed and comes back
        return True


def settle(product: Product) -> int:
    """Let the time pass after which a message whose sender died is uncertain, and a parcel whose
    look died is looked at again; how many messages are.
    """
    product.jump(max(STUCK_AFTER, looks.LEASE).total_seconds() + 5)
    product.wait(lambda: not count("sending"), PATIENCE)
    drain(product)
    return count("uncertain")


def count(state: str) -> int:
    """How many messages and writes are in this state."""
    counted = across_shops(select(func.count()).where(Outbox.state == state))
    with database.reading() as session:
        return session.scalar(counted) or 0


def acknowledged(posts: Sequence[Json]) -> list[Json]:
    """The webhooks and pushes that were answered 2xx at least once."""
    return [post for post in posts if any(_is_2xx(each) for each in post["attempts"])]


def _is_2xx(attempt: Json) -> bool:
    return isinstance(attempt["outcome"], int) and 200 <= attempt["outcome"] < 300


def lost(posts: Sequence[Json]) -> list[str]:
    """The topics of those answered 2xx that are not applied."""
    with database.reading() as session:
        rows = session.execute(select(Inbox.account, Inbox.delivery_id, Inbox.state)).all()
    ended = {(row.account, row.delivery_id) for row in rows if row.state in ("done", "ignored")}
    return [post["topic"] for post in acknowledged(posts) if _delivery(post) not in ended]


def _delivery(post: Json) -> tuple[str, str]:
    """By what the inbox knows it: Shopify's by its id, a push by its content."""
    if post["kind"] == "shopify":
        return post["store"], post["headers"]["X-Shopify-Webhook-Id"]
    return post["url"].rpartition("/")[2], hashlib.sha256(post["body"]).hexdigest()


def missing(orders: Sequence[str]) -> list[str]:
    """The orders that are not here."""
    wanted = across_shops(select(Order.id).where(Order.id.in_([int(order) for order in orders])))
    with database.reading() as session:
        here = {str(order) for order in session.scalars(wanted)}
    return [order for order in orders if order not in here]


def astray(product: Product, orders: Sequence[str]) -> list[str]:
    """The orders that do not stand here as they stand at Shopify and with the carrier."""
    return [name for order in orders if (name := _differs(product.see(f"/control/orders/{order}")))]


def _differs(there: Json) -> str:
    wanted = select(Order).where(Order.id == int(there["id"]))
    with database.reading() as session:
        here = session.scalar(across_shops(wanted))
        if here is None:
            return f"{there['name']} is not there"
        ours = (
            bool(here.cancelled_at),
            {
                str(each.id): (
                    each.status,
                    sorted((s.number, s.status) for s in each.live_shipments),
                )
                for each in here.fulfillments
            },
        )
    theirs = (
        bool(there["cancelled_at"]),
        {
            each["id"]: (each["status"], sorted(_parcel(one) for one in each["parcels"]))
            for each in there["fulfillments"]
        },
    )
    return "" if ours == theirs else f"{there['name']}: {ours} is not {theirs}"


def _parcel(told: Json) -> tuple[str, str]:
    known = told["sub_status"] or "NotFound_Other"
    return told["number"], str(status_map.SEVENTEENTRACK[known].status)


def mails(product: Product) -> list[Json]:
    """What customers received, whole."""
    found: list[Json] = product.see(f"/control/mails?parts=1&limit={MOST}")["mails"]
    return found


def twice(received: Sequence[Json]) -> int:
    """How many mails are one that the same customer had before: of the same name or content."""
    contents = Counter((each["to"][0], each["subject"], each["text"]) for each in received)
    names = Counter(
        value for each in received for name, value in each["headers"] if name == "Message-ID"
    )
    return max(len(received) - len(contents), len(received) - len(names))


def untold(product: Product, orders: Sequence[str], received: Sequence[Json]) -> list[str]:
    """The orders on their way whose customer had no mail, and nobody is told that this is so."""
    told = {each["to"][0] for each in received}
    with database.reading() as session:
        doubtful = across_shops(select(Outbox.order_id).where(Outbox.state == "uncertain"))
        known = {str(order) for order in session.scalars(doubtful)}
    there = [product.see(f"/control/orders/{order}") for order in orders]
    shipped = [each for each in there if each["fulfillments"] and not each["cancelled_at"]]
    return [o["name"] for o in shipped if o["email"] not in told and o["id"] not in known]
