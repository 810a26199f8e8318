"""What is written to a fulfillment at Shopify is looked for first, and fails by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from shopify_app.domain.facts import Parcel
from shopify_app.outgoing import shopify
from shopify_app.outgoing.errors import Held, Permanent, Retry, SendError
from shopify_app.shopify import client, writing
from shopify_app.shopify.tokens import NoToken
from tests.support import ALICE, NOON, SHOP_IDS

FULFILLMENT = (SHOP_IDS[ALICE], ALICE, 255858046077112345)
EVENT = (*FULFILLMENT, "IN_TRANSIT", NOON)
PARCELS = [Parcel("YT1", "YunExpress"), Parcel("YT2", "YunExpress")]


@dataclass
class Admin:
    """What we ask of the Admin API, in its order; `fails` has the errors by what is asked."""

    has: str | None = None
    fails: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def find_event(self, *event: object) -> str | None:
        self._ask("find", *event)
        return self.has

    def create_event(self, *event: object) -> str:
        self._ask("create", *event)
        return "gid://shopify/FulfillmentEvent/77"

    def set_numbers(self, *numbers: object, tell: bool) -> None:
        self._ask("numbers", *numbers, tell)

    def _ask(self, what: str, *told: object) -> None:
        self.asked.append((what, *told))
        if what in self.fails:
            raise self.fails[what]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Admin:
    ours = Admin()
    for name in ("find_event", "create_event", "set_numbers"):
        monkeypatch.setattr(writing, name, getattr(ours, name))
    return ours


write_event = partial(shopify.write_event, *EVENT)
write_numbers = partial(shopify.write_numbers, *FULFILLMENT, PARCELS, tell=False)


def test_an_event_is_looked_for_and_then_written(api: Admin) -> None:
    assert write_event() == "gid://shopify/FulfillmentEvent/77"
    assert api.asked == [("find", *EVENT), ("create", *EVENT)]


def test_an_event_that_is_there_is_not_written_again(api: Admin) -> None:
    api.has = "gid://shopify/FulfillmentEvent/5"
    assert write_event() == "gid://shopify/FulfillmentEvent/5"
    assert api.asked == [("find", *EVENT)]


def test_nothing_is_written_where_we_could_not_look(api: Admin) -> None:
    api.fails["find"] = client.Retry("HTTP 503")
    with pytest.raises(Retry):
        write_event()
    assert api.asked == [("find", *EVENT)]


@pytest.mark.parametrize("tell", [True, False])
def test_numbers_are_written_and_the_customer_told_of_them_as_wished(
    api: Admin, tell: bool
) -> None:
    assert shopify.write_numbers(*FULFILLMENT, PARCELS, tell=tell) == ""
    assert api.asked == [("numbers", *FULFILLMENT, PARCELS, tell)]


@pytest.mark.parametrize(
    ("what", "write"),
    [("find", write_event), ("create", write_event), ("numbers", write_numbers)],
    ids=["looking", "writing an event", "writing numbers"],
)
@pytest.mark.parametrize(
    ("error", "named"),
    [
        (client.Rejected("is cancelled"), Permanent("shopify_refused", "is cancelled")),
        (client.Retry("HTTP 503"), Retry("shopify_later", "Retry")),
        (client.TokenRefused("401"), Retry("shopify_later", "TokenRefused")),
        (NoToken("none"), Held("shopify_no_token")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_named_by_what_follows(
    api: Admin, what: str, write: Callable[[], str], error: Exception, named: SendError
) -> None:
    api.fails[what] = error
    with pytest.raises(SendError) as raised:
        write()
    assert (type(raised.value), str(raised.value)) == (type(named), str(named))
    assert raised.value.__cause__ is error


def test_an_error_of_our_own_is_not_taken_for_shopifys(api: Admin) -> None:
    api.fails["numbers"] = KeyError("a bug")
    with pytest.raises(KeyError):
        write_numbers()
