"""The message for the supplier fits the status, and names no customer."""

from __future__ import annotations

import pytest

from tests.admin.shipment.mended import VI
from tests.admin.shop import ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.support import App


def letter(page: Element, spoken: str = "en") -> str:
    return page.one("pre", lang=spoken).text


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("Exception_Lost", "send the goods again or refund them"),
        ("Exception_Returning", "keep the parcel"),
        ("Exception_Security", "commercial invoice"),
        ("Expired_Other", "no news for too long"),
        ("NotFound_InvalidCode", "the right tracking number"),
        ("Exception_Returned", "back with you"),
        ("DeliveryFailure_NoBody", "try once more"),
        ("InTransit_Departure", "when the parcel will arrive"),
    ],
)
def test_the_message_for_the_supplier_fits_the_status(
    code: str, asks: str, path: str, app: App
) -> None:
    tell(app.house, 1, code, text="Signed for by MAREN oakdale")
    page = read(app.visit(path))
    text = letter(page)
    assert asks in text
    assert "#1" in text
    assert tracking_number(1) in text
    assert "since Nov 24" in text
    assert "“Signed for by … …”" in text or "“Signed for by …”" in text
    for personal in ("Maren", "Oakdale", "New York", "maren.oakdale@example.com"):
        assert personal.casefold() not in text.casefold()
    assert text in [" ".join(b["data-copy"].split()) for b in page.all("button", data_copy=True)]


def test_it_is_in_english_and_in_the_pages_language(path: str, app: App) -> None:
    tell(app.house, 1, "Exception_Lost")
    page = read(app.visit(path, headers=VI))
    assert "Please send the goods again" in letter(page)
    assert "Cảnh báo, thất lạc" in letter(page, "vi")
    assert not read(app.visit(path)).has("pre", lang="vi")


def test_of_what_arrived_there_is_none_and_without_a_number_it_asks_for_one(app: App) -> None:
    ship(app.house, 1)
    tell(app.house, 1, "Delivered_Other")
    ship(app.house, 2, numbers=[])
    assert not read(app.visit(f"/shipments/{shipment(app.house, 1).id}")).has("pre")
    page = read(app.visit(f"/shipments/{shipment(app.house, 2).id}"))
    assert "Please send us the tracking number" in letter(page)
