"""The file of a bulk operation: JSON by lines, read as it comes, never held whole.

The file lies elsewhere than the API: it is asked for without a token, and only at hosts that are
known to have such files.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests

from shopify_app.domain.facts import OrderFacts
from shopify_app.shopify import client, graphql_facts
from shopify_app.shopify.bulk import Unfit
from shopify_app.shopify.client import Retry

HOSTS = ("storage.googleapis.com",)
DOMAINS = (".shopify.com", ".myshopify.com", ".shopifycdn.com", ".shopifycloud.com")
"""Where Shopify keeps files. One that lies elsewhere is not fetched: orders then come by pages."""
CHUNK = 64 * 1024
LONGEST_LINE = 16 * 1024 * 1024


class FileAway(Retry):
    """The file could not be had now, or not whole: its address expired, or its server is down."""


def orders(url: str, place: int, size: int) -> Generator[tuple[OrderFacts, int]]:
    """The orders behind so many bytes of the file, each with the place behind it.

    `size` is that of the whole file, in bytes. Raises Unfit if the file cannot be read, and
    FileAway if it could not be had whole.
    """
    with _opened(url, place) as answer:
        order: dict[str, Any] | None = None
        for line in _lines(answer, place):
            if not line.endswith(b"\n") and place + len(line) != size:
                break  # the line was cut, too
            node = _node(line)
            if "__parentId" in node:
                _add_line(order, node)
            else:
                if order:
                    yield _facts(order), place
                order = node | {"lineItems": {"nodes": []}}
            place += len(line)
        if place != size:
            raise FileAway(f"{place} bytes of {size}")
        if order:
            yield _facts(order), place


@contextmanager
def _opened(url: str, place: int) -> Iterator[requests.Response]:
    """The file from this place on, or from its beginning if its server gives no parts."""
    if not _is_known(urlsplit(url)):
        raise Unfit("the file lies at a host that is not known")
    headers = {"Accept-Encoding": "identity"}  # places are those of the file, not of its packing
    if place:
        headers["Range"] = f"bytes={place}-"
    try:
        with requests.get(
            url, headers=headers, timeout=client.TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code not in (200, 206):
                raise FileAway(f"file: HTTP {answer.status_code}")
            yield answer
    except requests.RequestException as error:
        raise FileAway(f"file: {type(error).__name__}") from error


def _is_known(parts: SplitResult) -> bool:
    """Whether a file may be fetched there: of Shopify over TLS, or where its stand-in is."""
    stand_in = urlsplit(client.admin_url("{shop}", ""))
    if (parts.scheme, parts.netloc) == (stand_in.scheme, stand_in.netloc):
        return True
    host = parts.hostname or ""
    plain = parts.scheme == "https" and parts.netloc.lower() in (host, f"{host}:443")
    return plain and (host in HOSTS or host.endswith(DOMAINS))


def _lines(answer: requests.Response, place: int) -> Iterator[bytes]:
    """The lines behind this place, each with its end."""
    skip, rest = _to_skip(answer, place), b""
    for chunk in answer.iter_content(CHUNK):
        skip, chunk = max(skip - len(chunk), 0), chunk[skip:]
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > LONGEST_LINE:
            raise Unfit("a line without an end")
    if rest:
        yield rest


def _to_skip(answer: requests.Response, place: int) -> int:
    """How many bytes are already known."""
    if answer.status_code == 200:
        return place
    if not answer.headers.get("Content-Range", "").startswith(f"bytes {place}-"):
        raise FileAway("another part of the file came")
    return 0


def _node(line: bytes) -> dict[str, Any]:
    try:
        node = json.loads(line)
    except ValueError as error:
        raise Unfit("a line that is no JSON") from error
    if not isinstance(node, dict):
        raise Unfit("a line that is no object")
    return node


def _add_line(order: dict[str, Any] | None, node: dict[str, Any]) -> None:
    """A line of an order belongs to the one before it: the operation was asked to group them."""
    if order is None or node["__parentId"] != order["id"]:
        raise Unfit("a line that does not follow its order")
    order["lineItems"]["nodes"].append(node)


def _facts(order: dict[str, Any]) -> OrderFacts:
    try:
        return graphql_facts.order(order)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unfit("an order that nobody understands") from error
