"""What every provider has to be to the rest of the product, tried on each.

A new provider is added to `PROVIDERS`; that none is forgotten is tested as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, get_args

import pytest
import responses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopify_app.carriers import pace, registry
from shopify_app.carriers.base import (
    AuthError,
    Batch,
    Cap,
    NotOffered,
    Provider,
    ProviderError,
    RateLimited,
    Ref,
    Unavailable,
)
from shopify_app.carriers.dhl.client import Dhl
from shopify_app.carriers.seventeentrack.client import SeventeenTrack
from shopify_app.domain import status_map
from tests.support import House

KEY = "a-key-that-stays-secret"
PROVIDERS: dict[str, Provider] = {
    "17track": SeventeenTrack("https://provider.test", KEY),
    "dhl": Dhl("https://provider.test", KEY),
}
ANYWHERE = re.compile(r"https://provider\.test/.*")
REF = Ref("7777777770")
CALLS: dict[Cap, Callable[[Provider, list[Ref]], Any]] = {
    "register": lambda provider, refs: provider.register(refs),
    "retrack": lambda provider, refs: provider.retrack(refs),
    "stop": lambda provider, refs: provider.stop(refs),
    "delete": lambda provider, refs: provider.delete(refs),
    "state": lambda provider, refs: provider.state(refs),
}
"""What is called about many numbers, by the cap it takes."""
ONE: dict[Cap, Callable[[Provider], Any]] = {
    "change_carrier": lambda provider: provider.change_carrier(REF, "3011"),
    "info": lambda provider: provider.inform(REF, {"postcode": "90001"}),
    "push": lambda provider: provider.parse_push(b"{}"),
}
METHODS = {
    "push": ("verify_push", "parse_push"),
    "register": ("register",),
    "retrack": ("retrack",),
    "stop": ("stop",),
    "delete": ("delete",),
    "change_carrier": ("change_carrier",),
    "info": ("inform",),
    "state": ("state",),
    "quota": ("quota",),
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture(params=list(PROVIDERS))
def provider(request: pytest.FixtureRequest) -> Provider:
    return PROVIDERS[request.param]


@pytest.fixture(autouse=True)
def turns(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """The turns that were waited for: without a wait."""
    waited: list[tuple[str, float]] = []
    monkeypatch.setattr(pace, "wait_for_turn", lambda name, seconds: waited.append((name, seconds)))
    return waited


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, timedelta]]:
    """The turns that were frozen for all, and for how long."""
    stopped: list[tuple[str, timedelta]] = []
    monkeypatch.setattr(pace, "freeze", lambda name, wait: stopped.append((name, wait)))
    return stopped


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def answer(
    http: responses.RequestsMock, status: int = 200, body: str = "{}", **headers: str
) -> None:
    for method in (responses.GET, responses.POST):
        http.add(method, ANYWHERE, body, status=status, headers=headers)


def test_every_provider_of_the_product_is_tried_here(house: House) -> None:
    assert set(registry.names()) <= set(PROVIDERS)
    assert all(name == provider.name for name, provider in PROVIDERS.items())


def test_it_says_what_it_can_and_how_fast(provider: Provider) -> None:
    assert provider.caps <= set(get_args(Cap))
    assert provider.batch_size >= 1
    assert provider.between_calls > 0


def test_what_it_says_it_can_it_does_itself(provider: Provider) -> None:
    for cap, names in METHODS.items():
        own = [getattr(type(provider), name) is not getattr(Provider, name) for name in names]
        assert own == [cap in provider.caps] * len(names), cap


def test_what_it_cannot_is_a_mistake_to_ask(
    provider: Provider, http: responses.RequestsMock
) -> None:
    asked = [(cap, lambda call=call: call(provider, [REF])) for cap, call in CALLS.items()]
    asked += [(cap, lambda call=call: call(provider)) for cap, call in ONE.items()]
    for cap, ask in asked:
        if cap not in provider.caps:
            with pytest.raises(NotOffered, match=cap):
                ask()
    assert not http.calls


def test_only_a_provider_with_a_quota_tells_one(
    provider: Provider, http: responses.RequestsMock
) -> None:
    answer(http, body='{"code": 0, "data": {}}')
    assert (provider.quota() is not None) == ("quota" in provider.caps)


def test_no_numbers_are_no_call(provider: Provider, http: responses.RequestsMock) -> None:
    assert provider.fetch([]) == Batch()
    for cap, call in CALLS.items():
        if cap in provider.caps:
            assert call(provider, []) == Batch()
    assert not http.calls


def test_a_call_waits_for_the_turn_of_its_key_and_tells_it_nobody(
    provider: Provider, http: responses.RequestsMock, turns: list[tuple[str, float]]
) -> None:
    answer(http, 503)
    with pytest.raises(Unavailable) as caught:
        provider.fetch([REF])
    ((name, seconds),) = turns
    assert name.startswith(f"{provider.name}:")
    assert seconds == provider.between_calls
    assert KEY not in name + str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_an_auth_error(
    provider: Provider, http: responses.RequestsMock, status: int
) -> None:
    answer(http, status)
    with pytest.raises(AuthError):
        provider.fetch([REF])


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("Tue, 24 Nov 2026 12:01:00 GMT", 60), ("Tue, 24 Nov 2026 11:00:00 GMT", 0)],
)
def test_too_many_calls_wait_as_long_as_they_are_told(
    provider: Provider, http: responses.RequestsMock, house: House, said: str, seconds: int
) -> None:
    answer(http, 429, **{"Retry-After": said})
    with pytest.raises(RateLimited) as caught:
        provider.fetch([REF])
    assert caught.value.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("said", ["", "soon", "99999999999999999999", "-5"])
def test_too_many_calls_wait_a_day_at_most(
    provider: Provider, http: responses.RequestsMock, said: str
) -> None:
    answer(http, 429, **{"Retry-After": said})
    with pytest.raises(RateLimited) as caught:
        provider.fetch([REF])
    assert timedelta(0) < caught.value.retry_after <= timedelta(days=1)


def test_too_many_calls_stop_all_who_use_the_key(
    provider: Provider,
    http: responses.RequestsMock,
    turns: list[tuple[str, float]],
    frozen: list[tuple[str, timedelta]],
) -> None:
    answer(http, 429, **{"Retry-After": "7"})
    with pytest.raises(RateLimited):
        provider.fetch([REF])
    assert frozen == [(turns[0][0], timedelta(seconds=7))]


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "{}"), (503, "<html>"), (302, "{}"), (200, "<html>"), (200, "[]"), (200, "")],
    ids=["500", "503", "redirect", "no json", "a list", "nothing"],
)
def test_a_broken_answer_is_tried_again_later(
    provider: Provider, http: responses.RequestsMock, status: int, body: str
) -> None:
    answer(http, status, body, Location="https://elsewhere.test/")
    with pytest.raises(Unavailable):
        provider.fetch([REF])


def test_no_answer_is_tried_again_later(provider: Provider, http: responses.RequestsMock) -> None:
    with pytest.raises(Unavailable):
        provider.fetch([REF])


def test_a_word_that_nobody_taught_us_means_nothing(provider: Provider) -> None:
    assert status_map.meaning(provider.name, "on-the-moon_today") is None
    for refused in ("NotFound_Other", "NotFound_InvalidCode"):
        assert status_map.rule(provider.name, refused) == refused


def test_a_push_that_is_not_its_own_is_not_genuine(provider: Provider) -> None:
    assert not provider.verify_push(b"{}", {"sign": "0" * 64})
    assert not provider.verify_push(b"{}", {})


@pytest.mark.parametrize("raw", [b"", b"no json", b"[]", b'"text"', b'{"data": 1}', b"\xff"])
@pytest.mark.parametrize("name", [n for n, p in PROVIDERS.items() if "push" in p.caps])
def test_a_push_of_another_shape_is_a_value_error(name: str, raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of json, of the encoding, or its own
        PROVIDERS[name].parse_push(raw)


@given(number=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_text_can_be_tried_for_a_number(provider: Provider, number: str) -> None:
    assert provider.recognises(number) in (True, False)


@given(inside=ANY_JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_is_answered_ends_in_a_batch_or_a_provider_error(
    provider: Provider, inside: Any
) -> None:
    shapes = [
        inside,
        {"code": 0, "data": inside},
        {"code": 0, "data": {"accepted": [inside], "rejected": [inside]}},
        {"code": 0, "data": {"accepted": [{"number": "1", "track_info": inside}]}},
        {"shipments": inside},
        {"shipments": [inside]},
        {"shipments": [{"id": inside, "status": inside, "events": [inside]}]},
        {"shipments": [{"status": {"statusCode": inside, "timestamp": inside}}]},
    ]
    for shape in shapes:
        with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
            answer(http, body=json.dumps(shape))
            try:
                batch = provider.fetch([REF])
            except ProviderError:
                continue
            assert isinstance(batch, Batch)
