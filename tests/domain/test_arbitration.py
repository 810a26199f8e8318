"""In whatever order, and however often, the sources' words come: the same status comes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_app.domain.shipment import MERCHANT, Reading, Standing, newer, standing
from shopify_app.domain.status import SHIPMENT_STATUSES
from shopify_app.domain.understanding import understand

FULFILLED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CODES = {
    "17track": [
        "NotFound_Other",
        "NotFound_InvalidCode",
        "InfoReceived",
        "InTransit_Other",
        "Expired_Other",
        "Exception_Other",
        "Exception_Returned",
        "Delivered_Other",
    ],
    "dhl": ["NotFound_Other", "NotFound_InvalidCode", "transit", "failure", "delivered"],
    "shopify": ["confirmed", "in_transit", "failure", "delivered"],
    MERCHANT: [str(status) for status in SHIPMENT_STATUSES],
}
"""Words of each kind; some sources say the same one."""
texts = st.sampled_from(["", "Refused by recipient", "Item damaged"])
hours = st.integers(0, 2)
"""Few, so that events of one moment, and looks of one moment, are common."""


@st.composite
def readings(draw: st.DrawFn, *sources: str) -> Reading:
    """A word of one of these sources; an event is known when it has happened, or later."""
    source = draw(st.sampled_from(sources))
    code = draw(st.sampled_from(CODES[source]))
    at = FULFILLED + draw(hours) * HOUR
    eventless = code.startswith("NotFound")
    read_at = at if source in {"shopify", MERCHANT} else at + draw(hours) * HOUR
    told = understand(source, code, None if eventless else at, read_at, [draw(texts)])
    assert told
    return told


carriers = st.lists(readings("17track", "dhl", "shopify"), max_size=6)
by_hand = st.just([]) | st.lists(readings(MERCHANT), max_size=2)
told = st.builds(lambda ours, theirs: ours + theirs, by_hand, carriers)
moments = st.sampled_from([FULFILLED + HOUR, FULFILLED + 8 * 24 * HOUR])


def after(words: list[Reading], now: datetime) -> Standing:
    """What stands after they came one by one."""
    return standing(keep(words).values(), FULFILLED, now)


def keep(words: list[Reading]) -> dict[str, Reading]:
    kept: dict[str, Reading] = {}
    for word in words:
        kept[word.source] = newer(kept.get(word.source), word)
    return kept


@settings(max_examples=500)
@given(told, moments, st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_in_the_same_standing(
    words: list[Reading], now: datetime, rng: Random
) -> None:
    shuffled = _shuffled(words, rng)
    assert after(shuffled, now) == after(words, now)


def test_of_two_sources_that_tie_it_is_always_the_same_that_counts() -> None:
    both = [
        understand(source, "delivered", FULFILLED, FULFILLED, ()) for source in ("dhl", "shopify")
    ]
    words = [word for word in both if word]
    assert after(words, FULFILLED) == after(words[::-1], FULFILLED)


@given(told, moments)
def test_to_hear_everything_twice_changes_nothing(words: list[Reading], now: datetime) -> None:
    assert after(words * 2, now) == after(words, now)


@given(told, moments)
def test_the_merchants_word_is_undone_by_a_later_end_alone(
    words: list[Reading], now: datetime
) -> None:
    found = after(words, now)
    pins = [word for word in words if word.source == MERCHANT]
    if not pins:
        assert not found.pinned
        return
    set_at = max(word.happened_at for word in pins if word.happened_at)
    ends = [w.terminal_at for w in words if w.source != MERCHANT and w.terminal_at]
    assert found.pinned == (not any(end > set_at for end in ends))


@given(told)
def test_what_was_heard_before_changes_nothing(words: list[Reading]) -> None:
    kept = keep(words)
    for word in words:
        again = newer(kept[word.source], word)
        assert again == kept[word.source]


def _shuffled(words: list[Reading], rng: Random) -> list[Reading]:
    """The words in another order, some of them more than once."""
    more = words + rng.choices(words, k=len(words)) if words else []
    rng.shuffle(more)
    return more
