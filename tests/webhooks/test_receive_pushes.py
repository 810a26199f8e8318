"""A provider's push is taken if it is signed with the key of the account it is addressed to."""

from __future__ import annotations

import pytest

from shopify_app.models import Inbox
from tests import payloads
from tests.support import BOB, KEY, NOON, App
from webhooks import receive

RAW = payloads.push(payloads.tracked())
KEY_OF_ALICE, KEY_OF_BOB = f"{KEY}A", f"{KEY}B"


@pytest.fixture
def account(app: App) -> str:
    """Alice's account; Bob has one, too."""
    app.house.follow()
    app.house.follow(BOB)
    return app.house.account().id


def push(app: App, path: str, raw: bytes = RAW, key: str | None = KEY_OF_ALICE) -> int:
    headers = {} if key is None else {"sign": payloads.sign_push(raw, key)}
    return app.client.post(f"/webhooks/carriers/{path}", data=raw, headers=headers).status_code


def test_a_push_is_kept_for_its_account(app: App, account: str) -> None:
    assert push(app, f"17track/{account}") == 200
    [row] = app.house.rows(Inbox)
    assert (row.source, row.account, row.topic) == ("17track", account, "push")
    assert (row.body, row.state, row.due_at) == (RAW, "waiting", NOON)


def test_a_push_that_is_not_the_accounts_own_is_refused(app: App, account: str) -> None:
    large = b" " * (receive.LARGEST_BODY + 1)
    answers = {
        "another provider": push(app, f"aftership/{account}"),
        "no such account": push(app, "17track/AAAAAAAAAAAAAAAA"),
        "no text": push(app, "17track/%00"),
        "not UTF-8": push(app, "17track/%ff%fe"),
        "no signature": push(app, f"17track/{account}", key=None),
        "another shop's key": push(app, f"17track/{account}", key=KEY_OF_BOB),
        "no key": push(app, f"17track/{account}", key=""),
        "oversized": push(app, f"17track/{account}", large),
    }
    assert answers == {
        "another provider": 404,
        "no such account": 404,
        "no text": 404,
        "not UTF-8": 404,
        "no signature": 401,
        "another shop's key": 401,
        "no key": 401,
        "oversized": 413,
    }
    assert app.house.rows(Inbox) == []


def test_a_signature_does_not_pass_for_another_body(app: App, account: str) -> None:
    headers = {"sign": payloads.sign_push(RAW, KEY_OF_ALICE)}
    path = f"/webhooks/carriers/17track/{account}"
    assert app.client.post(path, data=RAW + b" ", headers=headers).status_code == 401
    assert app.client.post(path, data=RAW, headers=headers).status_code == 200


def test_the_same_push_twice_is_one_row(app: App, account: str) -> None:
    other = payloads.push(payloads.tracked("YT9900000000000001"))
    answers = [push(app, f"17track/{account}", raw) for raw in (RAW, RAW, other, RAW)]
    assert answers == [200] * 4
    assert [row.body for row in app.house.rows(Inbox)] == [RAW, other]


def test_the_same_push_to_two_accounts_is_two_rows(app: App, account: str) -> None:
    of_bob = app.house.account(BOB).id
    assert push(app, f"17track/{account}") == 200
    assert push(app, f"17track/{of_bob}", key=KEY_OF_BOB) == 200
    assert {row.account for row in app.house.rows(Inbox)} == {account, of_bob}


def test_the_account_of_a_key_that_was_taken_away_takes_nothing(app: App, account: str) -> None:
    app.house.follow(key="")
    assert push(app, f"17track/{account}") == 404
    assert push(app, f"17track/{account}", key="") == 404
