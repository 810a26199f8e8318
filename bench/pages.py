"""How long the server takes for the merchant's pages in a shop of a million orders.

Whole answers of the application in this process, by Flask's test client: no network, no gunicorn.
`ROWS=100000` makes the shop smaller. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
from flask import g
from sqlalchemy import Select

from bench import house, million, results
from shopify_app import bootstrap, clock, database
from shopify_app.admin import paging
from shopify_app.admin.lists import filters
from shopify_app.admin.lists import query as order_list
from shopify_app.models import Order, Shop
from shopify_app.settings import Settings

ROWS = int(os.environ.get("ROWS") or "1000000")
TIMES = 10
PAGES = {
    "home": "/",
    "progress, 30 days": "/progress?from={month}&to={today}",
    "orders": "/orders",
    "tracking": "/tracking",
    "tracking, all dates": "/tracking?from=any",
    "tracking, attention": "/tracking?attention=1",
    "attention by a rule": "/tracking?attention=1&rule=problem",
    "two statuses": "/tracking?status=alert,undelivered",
    "reason": "/tracking?reason=lost&from=any",
    "numbers to mend": "/tracking?status=mend",
    "no number": "/tracking?number=none",
    "common carrier": "/tracking?carrier=YunExpress",
    "common carrier, all dates": "/orders?carrier=YunExpress",
    "rare carrier, all dates": "/orders?carrier=Yodel",
    "country, all dates": "/orders?country=DE",
    "rare tag, all dates": "/orders?tag=vip",
    "tag and country": "/orders?tag=gift&country=NO",
    "fulfilled in 30 days": "/tracking?by=fulfilled&from={month}&to={today}",
    "silent for 14 days": "/tracking?silent=14",
    "longest in its status": "/tracking?sort=status&from=any",
    "search: order": "/tracking?q=%23500",
    "search: number": "/tracking?q=YT0000000000000500",
    "search: beginning": "/tracking?q=YT000",
    "search: email": "/orders?q=nobody@example.com",
}
DEEP = {
    "tracking, attention": "attention=1",
    "tracking, all dates": "from=any",
    "common carrier, all dates": "carrier=YunExpress&from=any",
}


def measure(settings: Settings) -> dict[str, Any]:
    """Every page on one database."""
    database.migrate(settings.database_url)
    web = bootstrap.build_web(settings)
    shop, began = house.install(), time.perf_counter()
    million.fill(ROWS, clock.now())
    filled = time.perf_counter() - began
    client = web.test_client()

    def visit(path: str) -> int:
        answer = client.get(path, headers={"Authorization": f"Bearer {_token(settings)}"})
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return len(answer.data)

    now = clock.now()
    dates = {"today": now.date(), "month": (now - timedelta(days=29)).date()}
    found = {name: _page(visit, path.format(**dates)) for name, path in PAGES.items()}
    with web.test_request_context():
        g.shop, g.language = shop, "en"
        deep = {name: _deep(visit, shop, query) for name, query in DEEP.items()}
    database.engine().dispose()
    return {"seconds_to_fill": round(filled), "pages": found, "deep": deep}


def _page(visit: Callable[[str], int], path: str) -> dict[str, float]:
    size = visit(path)
    return _times(lambda: visit(path)) | {"kilobytes": round(size / 1000, 1)}


def _times(act: Callable[[], Any]) -> dict[str, float]:
    """Milliseconds of the process's wall clock."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    return {
        "p50_ms": round(results.percentile(took, 0.5), 1),
        "p95_ms": round(results.percentile(took, 0.95), 1),
    }


def _deep(visit: Callable[[str], int], shop: Shop, query: str) -> dict[str, Any]:
    """Pages 1, 100 and 1,000 (or the last before it) by keyset; the last one's query by OFFSET."""
    chosen = filters.read(dict(part.split("=") for part in query.split("&")))
    wanted = order_list.orders(chosen, shop)
    in_order = order_list.sorting(chosen)
    found: dict[str, Any] = {"page 1": _page(visit, f"/tracking?{query}")}
    for number in (100, 1_000):
        mark = _mark(wanted, in_order, 50 * (number - 1) - 1)
        if mark is None:
            break
        found[f"page {number}"] = _page(visit, f"/tracking?{query}&after={mark}")
        beyond = in_order.beyond(_parsed(mark), backwards=False)
        found[f"query of page {number}"] = _query(wanted.where(beyond), in_order, 0)
        found[f"query of page {number} by OFFSET"] = _query(wanted, in_order, 50 * (number - 1))
    return found


def _query(wanted: Select[Order], in_order: paging.Order, skipped: int) -> dict[str, float]:
    statement = wanted.order_by(*in_order.by(backwards=False)).offset(skipped).limit(51)

    def ask() -> None:
        with database.reading() as session:
            session.scalars(statement).all()

    return _times(ask)


def _mark(wanted: Select[Order], in_order: paging.Order, at: int) -> str | None:
    """The mark of the row in this place of the list."""
    statement = wanted.order_by(*in_order.by(backwards=False)).offset(at).limit(1)
    with database.reading() as session:
        order = session.scalar(statement)
    if order is None:
        return None
    return f"{getattr(order, in_order.moment.key):%Y%m%dT%H%M%S.%f}~{order.id}"


def _parsed(mark: str) -> tuple[datetime, int]:
    at, _, row_id = mark.partition("~")
    moment = datetime.strptime(f"{at}+0000", "%Y%m%dT%H%M%S.%f%z")
    return moment, int(row_id)


def _token(settings: Settings) -> str:
    at = int(time.time())
    told = {
        "iss": f"https://{house.DOMAIN}/admin",
        "dest": f"https://{house.DOMAIN}",
        "aud": settings.shopify_api_key,
        "sub": "42",
        "exp": at + 60,
        "nbf": at,
        "iat": at,
        "jti": f"bench-{time.perf_counter_ns()}",
        "sid": "bench",
    }
    return jwt.encode(told, settings.shopify_api_secret, algorithm="HS256")


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and keep the figures."""
    results.keep("pages", {"orders": ROWS, "times": TIMES, **house.on_both(measure)})


if __name__ == "__main__":
    main()
