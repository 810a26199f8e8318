"""Plain facts that say something of themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shopify_app.domain.facts import Checkpoint, FulfillmentFacts, Snapshot

EARLY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LATE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "newest"),
    [
        pytest.param([], None, id="no checkpoint"),
        pytest.param([None], None, id="a checkpoint without a time"),
        pytest.param([None, LATE, EARLY], LATE, id="newest first"),
        pytest.param([EARLY, LATE], LATE, id="in any order"),
    ],
)
def test_a_snapshot_is_as_new_as_its_newest_checkpoint(
    times: list[datetime | None], newest: datetime | None
) -> None:
    steps = tuple(Checkpoint(at, local="", text="", code="") for at in times)
    snapshot = Snapshot("17track", "YT1", "InTransit_Other", LATE, checkpoints=steps)
    assert snapshot.happened_at == newest


@pytest.mark.parametrize(
    ("status", "live"),
    [
        ("success", True),
        ("pending", True),
        ("open", True),
        ("", True),
        ("cancelled", False),
        ("error", False),
        ("failure", False),
    ],
)
def test_a_fulfillment_that_was_cancelled_or_failed_shipped_nothing(
    status: str, live: bool
) -> None:
    facts = FulfillmentFacts(1, 2, "#1058.1", status, EARLY, LATE, version="")
    assert facts.live is live
