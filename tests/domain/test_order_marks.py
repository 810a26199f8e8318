"""An order tells one status by its tag, and nobody else's tag is touched."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from shopify_app.domain import order_marks
from shopify_app.domain.order_marks import ATTENTION, Marks
from shopify_app.domain.status import SHIPMENT_STATUSES

LATER = datetime(2026, 11, 24, 13, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("status", SHIPMENT_STATUSES)
def test_every_status_has_one_tag_that_shopify_takes(status: str) -> None:
    [tag] = order_marks.tags(status, attention=False)
    assert tag.startswith("Retrack: ")
    assert len(tag) <= 40
    assert "," not in tag, "Shopify would make two of it"


def test_attention_is_a_second_tag_of_an_order_that_has_a_parcel() -> None:
    assert order_marks.tags("alert", attention=True) == {"Retrack: Alert", ATTENTION}
    assert order_marks.tags("unfulfilled", attention=True) == frozenset()


@pytest.mark.parametrize(
    ("now", "wanted", "changes"),
    [
        ([], {"Retrack: Delivered"}, (["Retrack: Delivered"], [])),
        (
            ["VIP", "Retrack: In transit"],
            {"Retrack: Delivered"},
            (["Retrack: Delivered"], ["Retrack: In transit"]),
        ),
        (["retrack: delivered"], {"Retrack: Delivered"}, ([], [])),
        (["Retrack: my own", "wholesale"], set(), ([], [])),
        (["Retrack: Alert", ATTENTION], {"Retrack: Alert"}, ([], [ATTENTION])),
    ],
    ids=["first", "overtaken", "there in other letters", "not ours", "settled"],
)
def test_only_tags_of_ours_change(
    now: list[str], wanted: set[str], changes: tuple[list[str], list[str]]
) -> None:
    assert order_marks.tag_changes(now, frozenset(wanted)) == changes


def test_the_metafield_is_a_small_json_in_utc() -> None:
    assert order_marks.metafield("in_transit", ["YT1", "YT2"], LATER) == (
        '{"status":"in_transit","numbers":["YT1","YT2"],"last_checkpoint_at":"2026-11-24T12:00:00Z"}'
    )
    assert '"last_checkpoint_at":null' in order_marks.metafield("pending", [], None)


def test_nothing_to_tell_is_an_empty_text() -> None:
    assert Marks(tags=frozenset()).text == Marks().text == ""
    assert Marks(tags=frozenset({"a"})).text != Marks(metafield="a").text
