"""Only a token that Shopify signed for us, for now and for one shop, says who is there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shopify_app.auth.id_token import REQUIRED, InvalidIdToken, Visitor, verify
from tests import payloads
from tests.support import ALICE, API_KEY, API_SECRET, BOB, NOON, App, TestClock, id_token

AT = int(NOON.timestamp())


def checked(token: str) -> Visitor:
    return verify(token, API_KEY, [API_SECRET])


def claims() -> dict[str, Any]:
    return dict(jwt.decode(id_token(NOON), options={"verify_signature": False}))


def handmade(
    algorithm: str = "HS256", digest: Any = None, secret: str = API_SECRET, **changes: Any
) -> str:
    """A token with any algorithm in its header, any claims, signed with HMAC or not at all."""
    parts = ({"alg": algorithm, "typ": "JWT"}, claims() | changes)
    signed = b".".join(_coded(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(secret.encode(), signed, digest).digest() if digest else b""
    return (signed + b"." + _coded(signature)).decode()


def _coded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def test_a_good_token_names_its_shop_and_user(test_clock: TestClock) -> None:
    assert checked(id_token(NOON)) == Visitor(shop=ALICE, user="42")
    assert checked(handmade("HS256", hashlib.sha256)) == Visitor(shop=ALICE, user="42")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(handmade("none"), id="alg none"),
        pytest.param(handmade("None"), id="alg None"),
        pytest.param(handmade("none", hashlib.sha256), id="alg none, signed all the same"),
        pytest.param(handmade("HS512", hashlib.sha512), id="HS512"),
        pytest.param(handmade("HS384", hashlib.sha384), id="HS384"),
        pytest.param(handmade("RS256", hashlib.sha256), id="RS256 in the header, HMAC below"),
        pytest.param(handmade("HS256"), id="no signature"),
        pytest.param(handmade("HS256", hashlib.sha256, "another secret"), id="another secret"),
        pytest.param(handmade("HS256", hashlib.sha256, ""), id="empty secret"),
        pytest.param("", id="empty"),
        pytest.param("no token", id="no token"),
        pytest.param("a.b.c", id="three words"),
        pytest.param("ü.ü.ü", id="not ASCII"),
        pytest.param(f"{id_token(NOON)}.{id_token(NOON)}", id="two tokens"),
    ],
)
def test_a_token_that_the_secret_did_not_sign_is_refused(token: str, test_clock: TestClock) -> None:
    with pytest.raises(InvalidIdToken):
        checked(token)


def test_a_token_of_somebody_elses_key_pair_is_refused(test_clock: TestClock) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(InvalidIdToken):
        checked(jwt.encode(claims(), key, algorithm="RS256"))


@pytest.mark.parametrize("name", REQUIRED)
def test_a_token_that_lacks_a_claim_is_refused(name: str, test_clock: TestClock) -> None:
    with pytest.raises(InvalidIdToken):
        checked(id_token(NOON, ALICE, **{name: None}))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"aud": "another-client-id"}, id="another app"),
        pytest.param({"aud": [f"{API_KEY}2"]}, id="other apps"),
        pytest.param({"iss": f"https://{BOB}/admin"}, id="issuer is another shop"),
        pytest.param({"dest": f"https://{BOB}"}, id="destination is another shop"),
        pytest.param({"iss": "https://evil.test/admin"}, id="issuer is no shop"),
        pytest.param({"dest": f"http://{ALICE}"}, id="not https"),
        pytest.param({"dest": ALICE}, id="destination is no address"),
        pytest.param({"exp": "soon"}, id="expiry in words"),
        pytest.param({"exp": float("nan")}, id="expiry is no number"),
        pytest.param({"nbf": [AT]}, id="begin in a list"),
        pytest.param({"sub": 42}, id="user as a number"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    changed: dict[str, Any], test_clock: TestClock
) -> None:
    with pytest.raises(InvalidIdToken):
        checked(handmade(digest=hashlib.sha256, **changed))


@pytest.mark.parametrize(
    "host",
    ["evil.test", "alice.myshopify.com.evil.test", "myshopify.com", "a.b.myshopify.com", ""],
)
def test_a_host_that_is_no_shop_is_refused_even_where_both_claims_agree(
    host: str, test_clock: TestClock
) -> None:
    with pytest.raises(InvalidIdToken):
        checked(
            handmade(digest=hashlib.sha256, iss=f"https://{host}/admin", dest=f"https://{host}")
        )


@pytest.mark.parametrize(
    ("nbf", "exp", "good"),
    [
        pytest.param(0, 60, True, id="fresh"),
        pytest.param(-69, -9, True, id="expired 9 s ago"),
        pytest.param(-70, -10, False, id="expired 10 s ago"),
        pytest.param(-71, -11, False, id="expired 11 s ago"),
        pytest.param(10, 70, True, id="begins in 10 s"),
        pytest.param(11, 71, False, id="begins in 11 s"),
    ],
)
def test_clocks_may_differ_by_ten_seconds(
    nbf: int, exp: int, good: bool, test_clock: TestClock
) -> None:
    token = id_token(NOON, ALICE, nbf=AT + nbf, exp=AT + exp)
    if good:
        assert checked(token).shop == ALICE
    else:
        with pytest.raises(InvalidIdToken):
            checked(token)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"jku": "https://evil.test/keys"}, id="keys at an address"),
        pytest.param(
            {"jwk": {"kty": "oct", "k": "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE"}},
            id="a key within",
        ),
        pytest.param({"x5u": "https://evil.test/chain"}, id="a chain at an address"),
        pytest.param({"kid": "../../dev/null"}, id="a key by path"),
        pytest.param({"kid": "' OR 1=1 --"}, id="a key by query"),
    ],
)
def test_a_token_cannot_name_the_key_that_it_is_checked_with(
    header: dict[str, Any], test_clock: TestClock
) -> None:
    with pytest.raises(InvalidIdToken, match="InvalidSignatureError"):
        checked(jwt.encode(claims(), "a" * 32, algorithm="HS256", headers=header))


def test_the_public_key_of_a_pair_is_no_secret_of_ours(test_clock: TestClock) -> None:
    """The confusion of RS256 with HS256: what everybody may know is used as the HMAC's key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for known in (public.decode(), API_KEY, ALICE):
        with pytest.raises(InvalidIdToken):
            checked(handmade("HS256", hashlib.sha256, known))


def test_a_token_with_any_bit_of_its_signature_or_claims_turned_is_refused(
    test_clock: TestClock,
) -> None:
    token = id_token(NOON)
    for at in range(token.index("."), len(token) - 1, 3):
        for bit in (1, 2, 32):
            turned = token[:at] + chr(ord(token[at]) ^ bit) + token[at + 1 :]
            with pytest.raises(InvalidIdToken):
                checked(turned)


def test_a_token_for_one_shop_opens_no_page_under_anothers_name(app: App) -> None:
    app.house.record(payloads.order(), BOB)
    for named in (BOB, "evil.test", f"{ALICE}.evil.test"):
        assert app.visit(f"/orders?shop={named}").status_code == 401, named
    assert app.visit(f"/orders?shop={ALICE}").status_code == 200
    assert app.visit(f"/orders/{payloads.ORDER}").status_code == 404, "it is Bob's"


def test_a_token_counts_where_it_belongs_alone(app: App) -> None:
    good = id_token(app.house.clock.now)
    assert app.client.get("/orders", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    for headers in (
        {"Authorization": f"Basic {good}"},
        {"Authorization": good},
        {"X-Authorization": f"Bearer {good}"},
        {"Cookie": f"id_token={good}"},
    ):
        assert app.client.get("/orders", headers=headers).status_code == 401
    answer = app.client.post(f"/settings?id_token={good}", data={"id_token": good})
    assert answer.status_code == 401, "no form of another site can send it"


def test_what_is_wrong_is_told_without_the_token(test_clock: TestClock) -> None:
    token = id_token(NOON, ALICE, aud="another-client-id")
    with pytest.raises(InvalidIdToken) as refused:
        checked(token)
    assert not any(part in str(refused.value) for part in token.split("."))


def test_after_a_rotation_a_token_may_be_signed_with_the_secret_before(
    test_clock: TestClock,
) -> None:
    token = handmade("HS256", hashlib.sha256)
    assert verify(token, API_KEY, ["a-new-secret-0123456789-0123456789", API_SECRET])
    with pytest.raises(InvalidIdToken, match="InvalidSignatureError"):
        verify(token, API_KEY, ["a-new-secret-0123456789-0123456789"])
