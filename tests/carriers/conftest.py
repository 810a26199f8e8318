"""What every test of a provider's client needs: keys for the hash by which an account is named."""

from __future__ import annotations

import pytest

from shopify_app import crypto, queue
from tests.support import ENVIRONMENT


@pytest.fixture(autouse=True)
def keys() -> None:
    crypto.configure((ENVIRONMENT["ENCRYPTION_KEYS"],), ENVIRONMENT["SECRET_KEY"])


@pytest.fixture(autouse=True)
def no_redis(keys: None) -> None:
    """Nobody else calls; a test of the pace among workers connects to a real one."""
    queue.configure("unix:///nowhere/redis.sock")
