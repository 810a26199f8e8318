"""What every test of a provider's client needs: keys for the hash by which an account is named."""

from __future__ import annotations

import pytest

from shopify_app import crypto
from tests.support import ENVIRONMENT


@pytest.fixture(autouse=True)
def keys() -> None:
    crypto.configure((ENVIRONMENT["ENCRYPTION_KEYS"],), ENVIRONMENT["SECRET_KEY"])
