"""The carrier of a shipment is chosen: one that the provider told of, or a code."""

from __future__ import annotations

import pytest

from tests.admin.shipment.mended import (
    follow,
    history,
    hold,
    opened,
    refused,
    remark,
    typed,
)
from tests.admin.shop import shipment
from tests.pages import read
from tests.support import NOON, App


def test_the_carrier_is_one_that_was_told_of_or_a_code(path: str, app: App) -> None:
    hold(app, carrier="190271", carrier_name="Cainiao Global")
    page = read(app.visit(path))
    options = {
        each["value"]: each.text for each in page.one("select", name="carrier").all("option")
    }
    assert options["190271"] == "Cainiao Global", "as 17TRACK called it here"
    assert options["100003"] == "FedEx", "and some that are often used"
    follow(app, app.submit(f"{path}/carrier", {"carrier": "190271", "code": ""}))
    found = shipment(app.house, 1)
    assert (found.wanted_carrier, found.wishes, found.asked_at) == ("190271", ["carrier"], NOON)
    page = follow(app, app.submit(f"{path}/carrier", {"carrier": "190271", "code": "100003"}))
    assert shipment(app.house, 1).wanted_carrier == "100003"
    assert "Another carrier chosen" in history(page)


@pytest.mark.parametrize("code", ["", "Yanwen", "12345678901", "1;2"])
def test_what_is_no_carrier_is_refused(code: str, path: str, app: App) -> None:
    dialog = opened(refused(app.submit(f"{path}/carrier", {"code": code})))
    assert remark(dialog)
    assert typed(dialog, "code") == code
    assert shipment(app.house, 1).wishes == []
