"""What every test of a provider's client needs: keys for the hash by which an account is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from shopify_app import crypto, queue
from shopify_app.carriers import pace
from tests.support import ENVIRONMENT


@pytest.fixture(autouse=True)
def keys() -> None:
    crypto.configure((ENVIRONMENT["ENCRYPTION_KEYS"],), ENVIRONMENT["SECRET_KEY"])


@pytest.fixture(autouse=True)
def no_redis(keys: None) -> None:
    """Nobody else calls; a test of the pace among workers connects to a real one."""
    queue.configure("unix:///nowhere/redis.sock")


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls follow each other without the pause between them."""
    monkeypatch.setattr(pace, "wait_for_turn", lambda _name, _seconds: None)


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    """The provider's server: whatever is answered has to be asked for."""
    with responses.RequestsMock() as mock:
        yield mock
