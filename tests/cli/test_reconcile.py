"""Comparing by hand says what was found, and up to when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app.jobs import reconcile
from shopify_app.models import Reconciliation
from tests.cli.conftest import Run
from tests.support import ALICE, BOB, NOON, SHOP_IDS


def test_what_changed_is_counted_up_to_the_moment_that_is_left_to_webhooks(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    until = NOON - timedelta(minutes=5)
    done = Reconciliation(seen=1_200, missed=3, until=until, ended_at=NOON, error="")
    passes = {SHOP_IDS[ALICE]: done, SHOP_IDS[BOB]: None}
    monkeypatch.setattr(reconcile, "run_pass", passes.get)
    assert run("reconcile") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{ALICE}: 1,200 orders had changed until 2026-11-24 11:55 UTC; missed: 3",
        f"{BOB}: nothing to compare yet",
        "what changed in the last 5 minutes is left to webhooks and the next comparison",
    ]
