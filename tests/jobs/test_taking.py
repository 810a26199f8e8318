"""All answers of a call are taken together."""

from __future__ import annotations

from shopify_app.jobs import looks, rounds
from shopify_app.models import Outbox
from tests import payloads
from tests.payloads import step, tracked
from tests.stubs import SeventeenTrack
from tests.support import House, statements


def ship(house: House, carrier: SeventeenTrack, ids: range) -> None:
    """So many orders, of one parcel each, that move on when they are looked at."""
    for id_ in ids:
        number = f"LP{id_:014}"
        shipped = payloads.fulfillment(number, id_, id_)
        house.record(payloads.fulfilled_order(shipped, id=id_))
        carrier.tells[number] = tracked(number, step("InTransit_Other", "2026-11-24T08:00:00Z"))
    house.choose()


def test_more_parcels_in_a_call_ask_no_more_of_the_database(
    house: House, carrier: SeventeenTrack
) -> None:
    house.notify()
    house.follow()
    asked = []
    for ids in (range(1, 4), range(4, 34)):
        ship(house, carrier, ids)
        batch = looks.claim(house.account().id)
        assert batch
        with statements() as told:
            rounds.look(batch)
        asked.append(len([each for each in told if each.startswith("SELECT")]))
    assert len(house.rows(Outbox)) == 3 * 33, "a mail, a text, and where it is, for Shopify"
    few, many = asked
    assert many <= few
