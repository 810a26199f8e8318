"""Whose orders one sees: one's own shop's, and nobody else's, by any address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app import database
from shopify_app.actions import shops
from shopify_app.models import Base, BulkRun, DataRequest, Upload
from tests import rows
from tests.admin.shop import order_id, ship, shipment, tracking_number
from tests.pages import read
from tests.stubs import AdminApi, TokenEndpoint
from tests.support import ALICE, BOB, MALLORY, App, House

FORM = {
    "status": "delivered",
    "notify": "1",
    "sender_name": "Evil",
    "seventeentrack_key": "EVIL12345678",
}
"""Good values for any form of the app."""


@dataclass(frozen=True)
class Route:
    """A way into the app: its method, and its address with the ids of Alice's rows in it."""

    method: str
    path: str
    by_id: bool


def routes(app: App) -> Iterator[Route]:
    """Every way into the merchant's pages."""
    alices = {
        "order_id": order_id(1),
        "shipment_id": shipment(app.house, 1).id,
        "message_id": app.house.outbox("email")[0].id,
        "run_id": app.house.rows(BulkRun)[0].id,
        "upload_id": app.house.rows(Upload)[0].id,
        "request_id": app.house.rows(DataRequest)[0].id,
    }
    for rule in app.client.application.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            path = re.sub(r"<int:(\w+)>", lambda part: str(alices[part[1]]), str(rule))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Route(method, path, by_id=bool(rule.arguments))


OTHERS = {
    "static": "nothing: the same files for all",
    "health.healthz": "nothing: it says that the process answers",
    "health.readyz": "nothing: it says whether database and Redis are there",
    "metrics.metrics": "METRICS_TOKEN",
    "auth.begin": "nothing: it leads to Shopify",
    "auth.finish": "Shopify's HMAC, and the state of this browser",
    "auth.patch": "nothing: it holds nothing of any shop",
    "downloads.download": "a signed link, good once",
    "unsubscribe.page": "a customer's sealed link",
    "unsubscribe.change": "a customer's sealed link",
    "webhooks.from_shopify": "Shopify's HMAC",
    "webhooks.from_carrier": "the provider's signature by the account's key",
    "reports.from_twilio": "Twilio's signature",
    "reports.from_gateway": "the gateway's signature, of the last minutes",
    "reports.from_mail_server": "the secret address",
}
"""Every way in beside the merchant's pages, and what it asks for."""
FOR_ALL = {"health.healthz", "health.readyz", "auth.patch"}


NAMES = ("order", "orders", "shipment", "other", "message", "id", "ids")
"""What forms call the rows that they are about."""


def everything() -> dict[str, list[Any]]:
    """Every row of every table, to see that nothing changed."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.connection().execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


def call(app: App, route: Route, headers: dict[str, str]) -> TestResponse:
    form = FORM if route.method == "POST" else None
    return app.client.open(route.path, method=route.method, data=form, headers=headers)


def as_shop(app: App, domain: str) -> dict[str, str]:
    sent = app.visit("/", domain).request.headers["Authorization"]
    return {"Authorization": sent}


def test_another_shop_finds_nothing_by_alices_ids_and_changes_nothing(
    alices: House, app: App
) -> None:
    headers, before = as_shop(app, BOB), everything()
    by_id = [route for route in routes(app) if route.by_id]
    assert {route.method for route in by_id} == {"GET", "POST"}
    assert len(by_id) >= 7
    for route in by_id:
        answer = call(app, route, headers)
        assert answer.status_code == 404, route
        _holds_nothing_of_alices(answer, route)
    assert everything() == before


def test_another_shops_lists_hold_nothing_of_alices(alices: House, app: App) -> None:
    headers = as_shop(app, BOB)
    for route in routes(app):
        if route.method == "GET" and not route.by_id:
            for query in ("", f"?q={tracking_number(1)}", "?attention=1&from=any", "?q=%231"):
                answer = app.client.get(f"{route.path}{query}", headers=headers)
                assert answer.status_code == 200, route
                _holds_nothing_of_alices(answer, route)
    assert "Lost" in app.visit("/tracking").text, "she herself sees it"


def test_alices_ids_in_another_shops_forms_reach_none_of_her_rows(alices: House, app: App) -> None:
    headers, before = as_shop(app, BOB), rows.of_shop(ALICE)
    ids = [order_id(1), shipment(alices, 1).id, alices.outbox("email")[0].id]
    forms = [route for route in routes(app) if route.method == "POST" and not route.by_id]
    for route in forms:
        for name in NAMES:
            form = FORM | {name: [str(each) for each in ids]}
            answer = app.client.post(route.path, data=form, headers=headers)
            assert answer.status_code < 500, (route, name)
            _holds_nothing_of_alices(answer, route)
            _hands_out_nothing_of_alices(app, answer)
    assert rows.changed(before, rows.of_shop(ALICE)) == set()


def test_a_link_to_a_file_of_alices_cannot_be_made_into_another(alices: House, app: App) -> None:
    address = app.submit("/tracking/export", {"order": str(order_id(1))}).headers["HX-Redirect"]
    signed, dot, mark = address.rpartition(".")
    for tried in (f"{signed}{dot}{mark[::-1]}", f"{signed[:-2]}{dot}{mark}", "/downloads/x"):
        assert app.client.get(tried).status_code == 404
    assert "Maren" in app.client.get(address).text
    assert app.client.get(address).status_code == 410, "it was good once"


def _hands_out_nothing_of_alices(app: App, answer: TestResponse) -> None:
    link = answer.headers.get("HX-Redirect", "")
    if link.startswith("/downloads/"):
        assert "Maren" not in app.client.get(link).text


def test_another_shops_settings_leave_alices_alone(alices: House, app: App) -> None:
    before = rows.of_shop(ALICE)
    assert app.submit("/settings", FORM, BOB).status_code == 303
    assert app.submit("/import", FORM, BOB).status_code == 303
    assert rows.changed(before, rows.of_shop(ALICE)) == set()


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="by address"),
        pytest.param({"HX-Request": "true"}, id="by fetch"),
        pytest.param({"Authorization": "Bearer a.b.c"}, id="with no token"),
        pytest.param({"Cookie": "session=eyJzaG9wIjoiYWxpY2UifQ"}, id="with a cookie"),
        pytest.param({"X-Shopify-Shop-Domain": ALICE}, id="by a header"),
    ],
)
def test_without_a_token_every_way_is_shut(
    headers: dict[str, str], alices: House, app: App
) -> None:
    ways, before = list(routes(app)), everything()
    assert len(ways) >= 15
    for route in ways:
        answer = call(app, route, headers)
        assert answer.status_code == 401, route
        _holds_nothing_of_alices(answer, route)
    assert everything() == before


def test_who_never_installed_the_app_gets_nothing(
    alices: House, app: App, shopify: AdminApi, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = 400, {"error": "invalid_client"}
    before = everything()
    for route in routes(app):
        answer = app._fetch(route.method, route.path, MALLORY, data=FORM)
        assert answer.status_code == 503, route
        _holds_nothing_of_alices(answer, route)
    assert everything() == before


def test_who_took_the_app_off_gets_nothing_until_it_is_installed_again(
    alices: House, app: App, token_endpoint: TokenEndpoint
) -> None:
    with alices.changing() as (session, shop):
        shops.uninstall(session, shop)
    token_endpoint.says = 400, {"error": "invalid_subject_token"}
    for route in routes(app):
        assert app._fetch(route.method, route.path, ALICE, data=FORM).status_code == 401, route


def test_the_same_number_in_two_shops_stays_apart(alices: House, app: App) -> None:
    ship(alices, 1, domain=BOB)
    bobs = shipment(alices, 1, BOB)
    app.submit(f"/shipments/{bobs.id}/status", {"status": "returned"}, BOB)
    assert (shipment(alices, 1, BOB).status, shipment(alices, 1).status) == ("returned", "alert")
    page = read(app.visit("/tracking", BOB, query_string={"q": tracking_number(1)}))
    assert [a["href"] for a in page.all("a", class_="number")] == [f"/shipments/{bobs.id}"]
    assert app.visit(f"/shipments/{bobs.id}").status_code == 404


def test_every_other_way_is_named_here_with_what_it_asks_for(app: App) -> None:
    rules = list(app.client.application.url_map.iter_rules())
    others = {rule.endpoint for rule in rules if not rule.endpoint.startswith("admin.")}
    assert others == set(OTHERS)


def test_a_stranger_learns_nothing_by_any_other_way_and_changes_nothing(
    alices: House, app: App
) -> None:
    before = everything()
    account = alices.account().id
    for rule in app.client.application.url_map.iter_rules():
        if rule.endpoint not in OTHERS or rule.endpoint == "static":
            continue
        for part in ("guess", account, str(order_id(1))):
            given = {"provider": "17track", "what": "status", "account_id": account}
            path = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda n: given.get(n[1], part), str(rule))  # noqa: B023
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = app.client.open(path, method=method, data=FORM, query_string=FORM)
                route = Route(method, path, by_id=True)
                assert answer.status_code in {200, 400, 401, 404}, route
                _holds_nothing_of_alices(answer, route)
                assert answer.status_code != 200 or rule.endpoint in FOR_ALL, route
    assert everything() == before


def _holds_nothing_of_alices(answer: TestResponse, route: Route) -> None:
    words = ("Maren", "Oakdale", "maren.oakdale", "New York, US", "shpat_", "Alice")
    assert [word for word in words if word in answer.text] == [], route
