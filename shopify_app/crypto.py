"""Encryption of secrets and contact fields at rest, and the keyed hash by which they are found."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_fernet: MultiFernet | None = None
_newest: Fernet | None = None
_hash_key = b""
_seal: Fernet | None = None


WRONG_KEYS = (
    "ENCRYPTION_KEYS does not hold the key that this database was written with; "
    "put the earlier key behind the new one"
)


class CannotDecrypt(Exception):
    """A value was encrypted with a key that is not among ENCRYPTION_KEYS any more."""


def configure(encryption_keys: Sequence[str], secret_key: str) -> None:
    """Use these Fernet keys, newest first; the hash's key is derived from `secret_key`."""
    global _fernet, _newest, _hash_key, _seal
    _newest = Fernet(encryption_keys[0])
    _fernet = MultiFernet([Fernet(key) for key in encryption_keys])
    _hash_key = hmac.digest(secret_key.encode(), b"retrack: exact search", "sha256")
    seal_key = hmac.digest(secret_key.encode(), b"retrack: sealed links", "sha256")
    _seal = Fernet(base64.urlsafe_b64encode(seal_key))


def encrypt(text: str) -> str:
    """The text, encrypted with the newest key."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text again. Raises CannotDecrypt if no key fits."""
    try:
        return _keys().decrypt(token).decode()
    except InvalidToken as error:
        raise CannotDecrypt(WRONG_KEYS) from error


def is_current(token: str) -> bool:
    """Whether the value is encrypted with the newest key."""
    _keys()
    try:
        return _newest is not None and bool(_newest.extract_timestamp(token))
    except InvalidToken:
        return False


def rotate(token: str) -> str:
    """The same value under the newest key. Raises CannotDecrypt if no key fits."""
    return encrypt(decrypt(token))


def keyed_hash(text: str) -> str:
    """A hash by which an encrypted value is found again, exactly, whatever its case; hex."""
    _keys()
    return hmac.new(_hash_key, text.strip().lower().encode(), hashlib.sha256).hexdigest()


def seal(text: str) -> str:
    """The text as a piece of an address that nobody can read or make, under `SECRET_KEY`."""
    return _sealing().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """The text again. Raises CannotDecrypt if it was not sealed here."""
    try:
        return _sealing().decrypt(token).decode()
    except InvalidToken as error:
        raise CannotDecrypt("it was not sealed here") from error


def _sealing() -> Fernet:
    if _seal is None:
        raise RuntimeError("crypto.configure() has not been called")
    return _seal


def _keys() -> MultiFernet:
    if _fernet is None:
        raise RuntimeError("crypto.configure() has not been called")
    return _fernet
