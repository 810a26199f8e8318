"""Encryption at rest, and the hash by which an encrypted value is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from shopify_app import crypto
from tests.support import ENVIRONMENT

SECRET = ENVIRONMENT["SECRET_KEY"]
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True, scope="module")
def keys_of_our_own() -> Iterator[None]:
    yield
    crypto.configure([ENVIRONMENT["ENCRYPTION_KEYS"]], SECRET)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_text_comes_back_and_its_token_does_not_show_it(text: str) -> None:
    crypto.configure([NEW], SECRET)
    token = crypto.encrypt(text)
    assert crypto.decrypt(token) == text
    assert token.isascii()
    assert len(text) < 4 or text not in token


def test_the_same_text_is_another_token_each_time() -> None:
    crypto.configure([NEW], SECRET)
    assert crypto.encrypt("maren@example.com") != crypto.encrypt("maren@example.com")


def test_after_a_rotation_old_tokens_are_read_and_new_ones_need_the_new_key() -> None:
    crypto.configure([OLD], SECRET)
    before = crypto.encrypt("before")
    crypto.configure([NEW, OLD], SECRET)
    after = crypto.encrypt("after")
    assert crypto.decrypt(before) == "before"
    crypto.configure([NEW], SECRET)
    assert crypto.decrypt(after) == "after"


def test_a_token_whose_key_is_gone_or_that_was_spoilt_cannot_be_read() -> None:
    crypto.configure([OLD], SECRET)
    token = crypto.encrypt("hello")
    for spoilt in (token[:-4] + "AAAA", "", "no token"):
        with pytest.raises(crypto.CannotDecrypt):
            crypto.decrypt(spoilt)
    crypto.configure([NEW], SECRET)
    with pytest.raises(crypto.CannotDecrypt) as refused:
        crypto.decrypt(token)
    assert token not in str(refused.value)


@pytest.mark.parametrize("written", ["Maren@Example.com", " maren@example.com\n"])
def test_a_value_is_found_whatever_its_case_and_the_spaces_around_it(written: str) -> None:
    crypto.configure([NEW], SECRET)
    assert crypto.keyed_hash(written) == crypto.keyed_hash("maren@example.com")


def test_the_hash_differs_by_value_and_by_secret() -> None:
    crypto.configure([NEW], SECRET)
    ours = crypto.keyed_hash("maren@example.com")
    assert ours != crypto.keyed_hash("maren@example.org")
    crypto.configure([NEW], "another secret of another installation")
    assert ours != crypto.keyed_hash("maren@example.com")


def test_nothing_is_encrypted_or_hashed_before_there_are_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crypto, "_fernet", None)
    monkeypatch.setattr(crypto, "_hash_key", b"")
    for use in (crypto.encrypt, crypto.decrypt, crypto.keyed_hash):
        with pytest.raises(RuntimeError):
            use("maren@example.com")
