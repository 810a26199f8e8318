"""The providers we have, by name."""

from __future__ import annotations

import pytest

from shopify_app.carriers import registry
from shopify_app.carriers.seventeentrack.client import SeventeenTrack
from tests.support import House


def test_17track_is_known_and_made_with_the_key_it_is_asked_with(house: House) -> None:
    assert "17track" in registry.names()
    made = registry.provider("17track", "a-key")
    assert isinstance(made, SeventeenTrack)
    assert made.batch_size == 40


def test_a_name_nobody_taught_us_is_no_provider(house: House) -> None:
    assert "aftership" not in registry.names()
    with pytest.raises(KeyError):
        registry.provider("aftership", "a-key")
