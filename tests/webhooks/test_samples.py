"""Shopify's own sample payloads are accepted, and each comes to an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopify_app.models import Inbox
from tests.stubs import AdminApi
from tests.support import App
from webhooks.handlers import TOPICS

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared/data/shopify/webhook_samples"
ANOTHER = ("ignored", "the body is about another shop")
EXPECTED = dict.fromkeys(TOPICS, ("done", "")) | {
    "bulk_operations/finish": ("ignored", "nobody waits for this operation"),
    "orders/edited": ("ignored", "the order itself comes by orders/updated"),
    # They name the shop of the sample, 954889.
    "customers/data_request": ANOTHER,
    "customers/redact": ANOTHER,
    "shop/redact": ANOTHER,
}

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="Shopify's sample payloads are not beside the repository"
)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_sample_of_our_topics_is_applied(app: App, shopify: AdminApi, topic: str) -> None:
    sample = SAMPLES / f"{topic.replace('/', '_')}.json"
    app.hear(topic, sample.read_bytes())
    [row] = app.house.rows(Inbox)
    assert (row.state, row.note) == EXPECTED[topic]
    assert row.body == b""


def test_samples_of_topics_that_are_not_ours_are_ignored(app: App, shopify: AdminApi) -> None:
    ours = {topic.replace("/", "_") for topic in TOPICS}
    others = [s for s in SAMPLES.glob("[a-z]*.json") if s.stem not in ours]
    assert others
    for sample in others:
        app.hear(sample.stem.replace("_", "/", 1), sample.read_bytes())
    assert {(row.state, row.note) for row in app.house.rows(Inbox)} == {
        ("ignored", "no such topic")
    }
