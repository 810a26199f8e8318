"""A lease is renewed while its job works, and not a moment longer."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.exc import OperationalError

from shopify_app.jobs import heartbeat
from tests.waiting import eventually


def test_it_beats_until_the_block_is_left_even_if_the_database_is_busy_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY", 0.001)
    beats: list[int] = []

    def renew() -> None:
        beats.append(1)
        if len(beats) == 1:
            raise OperationalError("busy", None, Exception())

    with heartbeat.beating(renew):
        eventually(lambda: len(beats) > 2)
    so_far = len(beats)
    time.sleep(0.02)
    assert len(beats) == so_far
