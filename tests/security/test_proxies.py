"""Of what proxies say, only what our own added is believed; addresses of ours come from APP_URL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shopify_app import refusals
from tests.support import ALICE, MALLORY, App

PEER = "192.0.2.1"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    refusals.configure(1)


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "asks"),
    [
        pytest.param(0, "", PEER, id="none, and nothing said"),
        pytest.param(0, "203.0.113.9", PEER, id="none, so what is said was forged"),
        pytest.param(1, "203.0.113.9", "203.0.113.9", id="one"),
        pytest.param(1, "10.0.0.1, 203.0.113.9", "203.0.113.9", id="one, forged before it"),
        pytest.param(1, "", PEER, id="one that says nothing"),
        pytest.param(1, "203.0.113.9, ", PEER, id="one that says an empty word"),
        pytest.param(2, "203.0.113.9, 10.0.0.1", "203.0.113.9", id="two"),
        pytest.param(2, "6.6.6.6,203.0.113.9,10.0.0.1", "203.0.113.9", id="two, forged before"),
        pytest.param(2, "6.6.6.6", PEER, id="two, one of them gone round"),
    ],
)
def test_an_address_is_what_the_outermost_proxy_of_ours_added(
    proxies: int, forwarded_for: str, asks: str
) -> None:
    refusals.configure(proxies)
    assert refusals.address(PEER, forwarded_for) == asks


def test_with_no_proxy_a_forged_header_does_not_open_what_was_shut(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST", 3)
    refusals.configure(0)
    forged = [
        app.client.get("/stop/guess", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(5)
    ]
    assert forged == [404, 404, 404, 429, 429]


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Host"])
@pytest.mark.parametrize(
    "path",
    ["/", "/orders//1", f"/auth?shop={MALLORY}", f"/?shop={ALICE}", "/auth/patch", "/nothing-here"],
)
def test_no_header_leads_an_answer_elsewhere(name: str, path: str, app: App) -> None:
    answer = app.client.get(path, headers={name: "host=evil.test;proto=http"})
    told = [answer.location or "", answer.text, answer.headers["Content-Security-Policy"]]
    assert "evil.test" not in " ".join(told)
    assert (answer.location or "/").startswith(("/", f"https://{MALLORY}/admin/"))


def test_a_forwarded_scheme_takes_no_protection_away(app: App) -> None:
    plain = {"X-Forwarded-Proto": "http", "X-Forwarded-Ssl": "off", "Front-End-Https": "off"}
    answer = app.client.get(f"/auth?shop={MALLORY}", headers=plain)
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]
    assert "retrack.test%2Fauth%2Fcallback" in answer.headers["Location"]
