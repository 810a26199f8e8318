"""Only who has the app's secret can make a body pass."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads import sign
from webhooks.verify import signed_by_shopify

BODY = b'{"id":820982911946154508,"name":"#1058"}'
CURRENT, OLD = "the-current-secret", "the-secret-before-it"
SECRETS = (CURRENT.encode(), OLD.encode())
RIGHT = sign(BODY, CURRENT)


@pytest.mark.parametrize("secret", [CURRENT, OLD])
def test_the_current_and_the_old_secret_are_taken(secret: str) -> None:
    assert signed_by_shopify(BODY, sign(BODY, secret), SECRETS)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="none"),
        pytest.param(sign(BODY, "an-even-older-secret"), id="of an older secret"),
        pytest.param(sign(BODY, ""), id="of an empty secret"),
        pytest.param(sign(BODY + b"\n", CURRENT), id="of another body"),
        pytest.param(hmac.new(SECRETS[0], BODY, hashlib.sha256).hexdigest(), id="in hex"),
        pytest.param(RIGHT.rstrip("="), id="without its padding"),
        pytest.param(RIGHT.swapcase(), id="in other case"),
        pytest.param("é\ud800", id="not ASCII"),
    ],
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    assert not signed_by_shopify(BODY, signature, SECRETS)


def test_without_a_secret_nothing_passes() -> None:
    """A secret that is not set must not become one that everybody knows."""
    assert not signed_by_shopify(BODY, sign(BODY, ""), [b""])
    assert not signed_by_shopify(BODY, RIGHT, [])
    assert not signed_by_shopify(BODY, "", [])


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_with_one_byte_changed_is_refused(at: int, by: int) -> None:
    changed = bytearray(BODY)
    changed[at] ^= by
    assert not signed_by_shopify(bytes(changed), RIGHT, SECRETS)


@given(st.text())
def test_no_other_text_is_the_signature(text: str) -> None:
    assert signed_by_shopify(BODY, text, SECRETS) is (text.strip() == RIGHT)


@given(st.integers(0, len(RIGHT) - 2), st.characters())
def test_a_signature_with_one_sign_changed_is_refused(at: int, sign_: str) -> None:
    changed = RIGHT[:at] + sign_ + RIGHT[at + 1 :]
    assert signed_by_shopify(BODY, changed, SECRETS) is (changed == RIGHT)
