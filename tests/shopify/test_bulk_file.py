"""The file of a bulk operation is read as it comes, and from nowhere that is not known for it."""

from __future__ import annotations

import json

import pytest
import requests
import responses

from shopify_app.shopify import bulk_file, client
from shopify_app.shopify.bulk import Unfit
from shopify_app.shopify.bulk_file import FileAway
from tests import nodes
from tests.bulk import URL, lines
from tests.payloads import ORDER

FILE = lines(*(nodes.order(ORDER + n) for n in range(4)))
SECOND = FILE.index(b'{"id": "gid://shopify/Order/%d"' % (ORDER + 1))


@pytest.fixture(autouse=True)
def shopify_itself() -> None:
    client.configure("https://{shop}", "2026-10")


def ids(url: str = URL, place: int = 0, size: int = len(FILE)) -> list[int]:
    return [facts.id - ORDER for facts, _ in bulk_file.orders(url, place, size)]


def test_each_order_comes_with_its_lines_and_the_place_behind_it(
    http: responses.RequestsMock,
) -> None:
    http.get(URL, body=FILE)
    found = list(bulk_file.orders(URL, 0, len(FILE)))
    assert [len(facts.items) for facts, _ in found] == [1, 1, 1, 1]
    assert [place for _, place in found] == [SECOND * n for n in (1, 2, 3, 4)]


def test_a_part_is_asked_for_and_only_what_is_new_is_told(http: responses.RequestsMock) -> None:
    whole = f"bytes {SECOND}-{len(FILE) - 1}/{len(FILE)}"
    http.get(URL, body=FILE[SECOND:], status=206, headers={"Content-Range": whole})
    assert ids(place=SECOND) == [1, 2, 3]
    assert http.calls[0].request.headers["Range"] == f"bytes={SECOND}-"


def test_a_server_that_gives_no_parts_is_read_from_the_beginning(
    http: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_file, "CHUNK", 7)
    http.get(URL, body=FILE)
    assert ids(place=SECOND) == [1, 2, 3]


def test_a_last_line_without_an_end_counts(http: responses.RequestsMock) -> None:
    http.get(URL, body=FILE[:-1])
    assert ids(size=len(FILE) - 1) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        pytest.param({"body": FILE[:-40]}, 0, id="cut short"),
        pytest.param({"body": b""}, 0, id="empty"),
        pytest.param({"status": 403}, 0, id="its address has expired"),
        pytest.param({"status": 503}, 0, id="down"),
        pytest.param(
            {"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, 0, id="elsewhere"
        ),
        pytest.param({"status": 206, "body": FILE}, SECOND, id="another part"),
        pytest.param({"body": requests.ConnectionError("gone")}, 0, id="the line broke"),
    ],
)
def test_what_could_not_be_had_may_be_had_later(
    http: responses.RequestsMock, answer: dict[str, object], place: int
) -> None:
    http.get(URL, **answer)  # type: ignore[arg-type]
    with pytest.raises(FileAway):
        ids(place=place)
    assert len(http.calls) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<Error>no</Error>\n",
        b"[1]\n",
        b'{"id": "gid://shopify/LineItem/1", "__parentId": "gid://shopify/Order/9"}\n' + FILE,
        FILE + json.dumps(nodes.line() | {"__parentId": f"gid://shopify/Order/{ORDER}"}).encode(),
        b'{"id": "gid://shopify/Order/1"}\n{"id": "gid://shopify/Order/2"}\n',
        b"x" * 2000,
    ],
    ids=["no JSON", "no object", "a line first", "a line late", "no order of ours", "no end"],
)
def test_what_nobody_understands_is_of_no_use(
    http: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(bulk_file, "LONGEST_LINE", 1000)
    monkeypatch.setattr(bulk_file, "CHUNK", 100)
    http.get(URL, body=body)
    with pytest.raises(Unfit):
        ids(size=len(body))


@pytest.mark.parametrize(
    "url",
    [
        "http://storage.googleapis.com/a",
        "https://storage.googleapis.com.evil.test/a",
        "https://evil.test/storage.googleapis.com",
        "https://user@storage.googleapis.com/a",
        "https://storage.googleapis.com:8443/a",
        "https://storage.googleapis.com@10.0.0.1/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "http://169.254.169.254/latest/meta-data",
        "https://notshopify.com/a",
        "file:///etc/passwd",
        "ftp://storage.googleapis.com/a",
        "//storage.googleapis.com/a",
        "https://{shop}.evil.test/a",
        "",
    ],
)
def test_no_other_host_is_asked(http: responses.RequestsMock, url: str) -> None:
    with pytest.raises(Unfit):
        ids(url)
    assert len(http.calls) == 0


@pytest.mark.parametrize(
    "url", ["https://storage.googleapis.com:443/a", "https://cdn.shopify.com/a"]
)
def test_shopifys_own_are(http: responses.RequestsMock, url: str) -> None:
    http.get(url, body=FILE)
    assert ids(url) == [0, 1, 2, 3]


def test_where_a_stand_in_is_set_its_files_are_read_too(http: responses.RequestsMock) -> None:
    client.configure("http://127.0.0.1:8001/stores/{shop}", "2026-10")
    http.get("http://127.0.0.1:8001/bulk/1.jsonl", body=FILE)
    assert ids("http://127.0.0.1:8001/bulk/1.jsonl") == [0, 1, 2, 3]
    with pytest.raises(Unfit):
        ids("http://127.0.0.1:8002/bulk/1.jsonl")
