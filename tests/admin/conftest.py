"""What tests of the pages' parts share."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask, g

from tests.support import TestClock


@pytest.fixture
def reader(test_clock: TestClock) -> Iterator[None]:
    """A merchant in New York who reads English, for the parts of a page that ask for no rows.

    A test changes that by `g.language` and `g.shop.timezone`.
    """
    with Flask(__name__).test_request_context():
        g.shop, g.language = SimpleNamespace(timezone="America/New_York"), "en"
        yield
