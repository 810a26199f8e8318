"""What the house asks for by itself is where its settings say: no address that anybody gave it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import responses

from shopify_app.domain import tracking_url
from shopify_app.domain.tracking_url import BadTrackingUrl
from shopify_app.jobs import bulk, deliver, poll_carriers, process_inbox
from shopify_app.settings import ROOT
from shopify_app.shopify import bulk_file
from shopify_app.shopify.bulk import Unfit
from tests import payloads
from tests.stubs import AdminApi, SeventeenTrack, TokenEndpoint
from tests.support import ALICE, App

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://localhost/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/",
    "http://100.64.0.1/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://0.0.0.0/",
    "http://metadata.google.internal/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/",
    "ftp://127.0.0.1/",
]
KNOWN_HOSTS = {f"{ALICE}", "17track.test", "twilio.test"}
ASKING = {
    "requests": {
        "shopify_app/carriers/dhl/client.py": "DHL_URL",
        "shopify_app/carriers/seventeentrack/call.py": "SEVENTEENTRACK_URL",
        "shopify_app/outgoing/posting.py": "TWILIO_URL, MESSAGE_URL",
        "shopify_app/shopify/bulk_file.py": "Shopify's own hosts",
        "shopify_app/shopify/client.py": "SHOPIFY_ADMIN_URL",
        "shopify_app/shopify/oauth.py": "SHOPIFY_ADMIN_URL",
    },
    "urllib.request": {"shopify_app/clock.py": "DEV_CLOCK_URL"},
    "smtplib": {"shopify_app/outgoing/email.py": "SMTP_URL"},
}
"""Every file that can speak to the outside, and by what setting."""
REACHING = {"socket", "http.client", "httpx", "aiohttp", "ftplib", "telnetlib", "urllib3", "pycurl"}
TOGETHER = sorted([*(ROOT / "shopify_app").rglob("*.py"), *(ROOT / "webhooks").rglob("*.py")])


@cache
def imports(path: Path) -> frozenset[str]:
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_files_that_can_ask_for_something_are_these() -> None:
    for library, files in ASKING.items():
        found = {str(path.relative_to(ROOT)) for path in TOGETHER if library in imports(path)}
        using = {name for name in found if _calls(ROOT / name, library)}
        assert using == set(files), library
    reaching = {str(p.relative_to(ROOT)): m for p in TOGETHER if (m := REACHING & imports(p))}
    assert reaching == {}


def _calls(path: Path, library: str) -> bool:
    """Whether it asks; some only name the library's answers and errors."""
    text = path.read_text()
    return library != "requests" or "requests.get(" in text or "requests.post(" in text


def test_every_request_has_a_time_limit_and_follows_no_redirect() -> None:
    """Or an allowed address could lead to one that is not."""
    seen = 0
    for name in ASKING["requests"]:
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in GETTING:
                given = {each.arg: ast.unparse(each.value) for each in node.keywords}
                assert "timeout" in given, name
                assert given["allow_redirects"] == "False", name
                assert given.get("verify", "True") == "True", name
                seen += 1
    assert seen >= len(ASKING["requests"])


GETTING = {f"requests.{verb}" for verb in ("get", "post", "put", "delete", "head", "request")}


def naming(url: str, number: int) -> payloads.Body:
    """An order, of an id and a parcel of its own, with this address wherever one fits."""
    order_id = payloads.ORDER + number
    parcel = payloads.fulfillment(
        f"YT{number:016}",
        payloads.FULFILLMENT + number,
        order_id,
        tracking_urls=[url],
        tracking_url=url,
        tracking_company=url,
    )
    line = payloads.line(title=url, image=url, url=url)
    return payloads.fulfilled_order(
        parcel, id=order_id, order_status_url=url, landing_site=url, line_items=[line]
    )


def test_no_address_in_an_order_is_ever_asked_for(
    app: App,
    shopify: AdminApi,
    carrier: SeventeenTrack,
    token_endpoint: TokenEndpoint,
    http: responses.RequestsMock,
) -> None:
    """HTTP that goes nowhere refuses what no stub is there for."""
    app.house.notify()
    app.house.follow()
    for number, url in enumerate(INSIDE):
        app.webhook("orders/create", naming(url, number))
    process_inbox.run()
    app.house.choose()
    for row in app.house.shipments():
        app.house.change(row, look_at=app.house.clock.now)
    for run in (process_inbox.run, poll_carriers.run, deliver.run, bulk.run):
        run()
    orders = [f"/orders/{payloads.ORDER + number}" for number in range(len(INSIDE))]
    for path in (*orders, "/tracking", "/messages"):
        assert app.visit(path).status_code == 200
    assert {urlsplit(str(call.request.url)).hostname for call in http.calls} <= KNOWN_HOSTS
    shipments = app.house.shipments()
    assert [row.number for row in shipments] == [f"YT{n:016}" for n in range(len(INSIDE))]
    for url, row in zip(INSIDE, shipments, strict=True):
        shown = app.visit(f"/shipments/{row.id}").text
        assert f'href="{url}' not in shown or url.startswith("http"), "no link of another kind"


@pytest.mark.parametrize("url", INSIDE)
def test_a_merchants_tracking_url_is_kept_and_never_asked_for(
    url: str, app: App, http: responses.RequestsMock
) -> None:
    with pytest.raises(BadTrackingUrl):
        tracking_url.checked(url)
    before = app.house.shop().tracking_url
    app.submit("/settings", {"tracking_url": url})
    assert app.house.shop().tracking_url == before
    app.submit("/settings", {"tracking_url": "https://track.alice.test/?n={number}"})
    app.submit("/settings/links", {"carrier": "YunExpress", "url": "https://yun.test/{number}"})
    assert list(http.calls) == []


@pytest.mark.parametrize(
    "url",
    [
        *INSIDE,
        *(each.replace("http://", "https://") for each in INSIDE if each.startswith("http")),
        "http://storage.googleapis.com/file",
        "https://storage.googleapis.com.evil.test/file",
        "https://storage.googleapis.com@evil.test/file",
        "https://evil.test/storage.googleapis.com",
        "https://evil.test#storage.googleapis.com",
        "https://user:word@storage.googleapis.com/file",
        "https://storage.googleapis.com:8443/file",
        "https://evilshopify.com/file",
        "https://shopify.com.evil.test/file",
        "//storage.googleapis.com/file",
        "",
    ],
)
def test_a_bulk_operations_file_is_fetched_at_shopifys_hosts_alone(
    url: str, http: responses.RequestsMock
) -> None:
    with pytest.raises(Unfit, match="host"):
        next(bulk_file.orders(url, 0, 10))
    assert list(http.calls) == []


def test_no_page_has_a_field_for_an_address_that_would_be_asked_for(app: App) -> None:
    """The only addresses a merchant gives are those that customers open."""
    fields = set()
    for path in ("/settings", "/settings/links", "/settings/messages", "/uploads", "/carriers"):
        text = app.visit(path).text
        names = ("tracking_url", "url", "webhook", "callback", "endpoint", "host")
        fields |= {name for name in names if f'name="{name}"' in text}
    assert fields <= {"tracking_url", "url"}
