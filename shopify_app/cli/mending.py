"""Commands that put right what was missed, set aside, or understood otherwise."""

from __future__ import annotations

import sys
from datetime import timedelta

from sqlalchemy import select

from shopify_app import database
from shopify_app.actions import failures, reconciling, shops
from shopify_app.bootstrap import refuse_unmigrated, wire
from shopify_app.jobs import reconcile as comparing
from shopify_app.jobs import rederive as deriving
from shopify_app.models import Shop
from shopify_app.settings import Settings


def reconcile(settings: Settings, *, shop: str) -> int:
    """Find what webhooks missed since the last comparison with the store, and take it over."""
    wire(settings)
    refuse_unmigrated()
    with database.reading() as session:
        installed = select(Shop).where(Shop.uninstalled_at.is_(None))
        wanted = installed.where(Shop.domain == shop) if shop else installed
        found = session.scalars(wanted.order_by(Shop.domain)).all()
    if shop and not found:
        print(f"no shop {shop}", file=sys.stderr)
        return 1
    status = max((_compare(each) for each in found), default=0)
    print(f"what changed in the last {_SETTLE} minutes is left to webhooks and the next comparison")
    return status


_SETTLE = reconciling.SETTLE // timedelta(minutes=1)


def _compare(shop: Shop) -> int:
    done = comparing.run_pass(shop.id)
    if done is None:
        print(f"{shop.domain}: nothing to compare yet")
    elif done.ended_at is None or done.error:
        print(f"{shop.domain}: Shopify could not be asked; the workers go on with it")
        return 1
    else:
        orders = "1 order" if done.seen == 1 else f"{done.seen:,} orders"
        until = f"{done.until:%Y-%m-%d %H:%M} UTC"
        print(f"{shop.domain}: {orders} had changed until {until}; missed: {done.missed:,}")
    return 0


def rederive(settings: Settings, *, apply: bool, shop: str) -> int:
    """Derive every status anew from what is stored, after the tables of words changed."""
    wire(settings)
    refuse_unmigrated()
    chosen = deriving.shops(shop)
    if not chosen:
        print(f"no shop {shop}" if shop else "no shop yet", file=sys.stderr)
        return 1 if shop else 0
    total = 0
    for each in chosen:
        for found in deriving.apply(each) if apply else deriving.forecast(each):
            change = f"{found.before} -> {found.after} by {found.source} {found.code}".rstrip()
            print(f"{each.domain} {found.order} {found.number or '(no number)'}: {change}")
            total += 1
    shipments = "1 shipment" if total == 1 else f"{total:,} shipments"
    print(f"{shipments} {'changed' if apply else 'would change; --apply changes them'}")
    return 0


def replay(
    settings: Settings, *, rows: list[str], topic: str, shop: str, everything: bool, apply: bool
) -> int:
    """Try again what was set aside: webhooks not applied, messages and writes that failed."""
    wire(settings)
    refuse_unmigrated()
    if apply and not (rows or topic or shop or everything):
        print("say which: rows such as inbox-12, --topic, --shop, or --all", file=sys.stderr)
        return 1
    with database.writing() as session:
        owner = shops.by_domain(session, shop) if shop else None
        if shop and owner is None:
            print(f"no shop {shop}", file=sys.stderr)
            return 1
        chosen = failures.named(rows) if rows else None
        found = failures.told(session, owner, chosen, topic)
        if absent := _absent(rows, topic, found):
            print(absent, file=sys.stderr)
            return 1
        for line in found:
            print(line)
        if apply:
            failures.retry(session, owner, chosen, OPERATOR, topic)
    count = "1 row" if len(found) == 1 else f"{len(found):,} rows"
    print(f"{count} {'to be tried again' if apply else 'set aside; --apply tries again'}")
    return 0


def _absent(rows: list[str], topic: str, found: list[str]) -> str:
    """What was asked for and is not among the lines that were found; empty if all of it is."""
    names = {line.partition(" ")[0] for line in found}
    if missing := [row for row in rows if row not in names]:
        return f"no row {', '.join(missing)} is set aside; rows look like inbox-12"
    return f"nothing of the topic {topic} is set aside" if topic and not found else ""


OPERATOR = "operator"
"""Who decided, where the merchant is shown that."""
