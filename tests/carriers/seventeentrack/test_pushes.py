"""What 17TRACK pushes and publishes, whole or spoilt."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.carriers.base import Ref, Stopped
from shopify_app.carriers.seventeentrack import parse
from shopify_app.domain import status_map
from tests import payloads
from tests.payloads import NUMBER, Body, step, tracked

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "17track"
published = pytest.mark.skipif(
    not SAMPLES.exists(), reason="17TRACK's published examples are not at hand"
)
PARCEL = tracked(
    NUMBER,
    step("Delivered_Other", "2026-11-24T09:30:00Z", "Delivered", "New York"),
    step("InTransit_Departure", "2026-11-20T22:00:00Z", "Left the country", "Shenzhen", "CN"),
)


def test_a_push_tells_of_one_parcel() -> None:
    [told] = parse.push(payloads.push(PARCEL))
    assert told == parse.snapshot(PARCEL)


def test_that_tracking_stopped_tells_nothing_of_the_way() -> None:
    told = parse.push(payloads.push(PARCEL, "TRACKING_STOPPED"))
    assert told == [Stopped(Ref(NUMBER, "190008"))]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"7", b"[]", b"null", b"{}", b'{"data": []}'],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_push_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse.push(raw)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place within a body: what holds it, and its key or index there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-02-30"),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
edges = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\x00", -1, {}, []]
)


@given(st.data())
def test_a_spoilt_push_is_read_or_is_a_value_error(data: st.DataObject) -> None:
    body = copy.deepcopy({"event": "TRACKING_UPDATED", "data": PARCEL})
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from([(body, "event"), *places(body["data"])]))
        if data.draw(st.booleans()) and isinstance(holder, dict):
            holder.pop(key, None)
        else:
            holder[key] = data.draw(junk | edges)
    try:
        parse.push(json.dumps(body).encode())
    except ValueError:
        pass


def sample_items() -> list[Any]:
    """Every parcel that the published examples tell of."""
    found = []
    for path in sorted(SAMPLES.glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        data = body.get("data") if isinstance(body.get("data"), dict) else {}
        items = [item for item in [*data.get("accepted", []), data] if "track_info" in item]
        found += [pytest.param(item, id=path.stem) for item in items]
    return found


@published
@pytest.mark.parametrize("item", sample_items())
def test_a_parcel_is_read_whole(item: Body) -> None:
    told = parse.snapshot(item)
    assert told
    status = item["track_info"]["latest_status"]
    meaning = status_map.meaning("17track", told.code)
    assert told.code == status["sub_status"]
    assert meaning == status_map.SEVENTEENTRACK[told.code]
    legs = item["track_info"]["tracking"]["providers"]
    assert len(told.checkpoints) == sum(len(leg["events"]) for leg in legs)
    assert all(step.happened_at and step.text for step in told.checkpoints)
    times = [step.happened_at for step in told.checkpoints]
    assert times == sorted(times, reverse=True)


@published
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_refusal_in_the_examples_says_what_follows_from_it(path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    for answer in (body, *body.values()):
        data = answer.get("data") if isinstance(answer, dict) else None
        for refusal in parse.refusals(data if isinstance(data, dict) else {}):
            assert refusal.ref.number
            assert refusal.kind != "other"
