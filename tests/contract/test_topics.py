"""What we ask Shopify to tell us is what we know what to do with."""

from __future__ import annotations

import tomllib

from shopify_app.settings import ROOT
from webhooks.handlers import TOPICS


def test_the_topics_subscribed_to_are_those_that_are_handled() -> None:
    app = tomllib.loads((ROOT / "shopify.app.toml").read_text())
    subscriptions = app["webhooks"]["subscriptions"]
    kinds = ("topics", "compliance_topics")
    topics = [topic for each in subscriptions for kind in kinds for topic in each.get(kind, ())]
    assert sorted(topics) == sorted(TOPICS)
    assert {each["uri"] for each in subscriptions} == {"/webhooks"}
