"""The parcel that tests of mending are about."""

from __future__ import annotations

import pytest

from tests.admin.shop import ship, shipment
from tests.support import App


@pytest.fixture
def path(app: App) -> str:
    """The page of a parcel that 17TRACK looks at."""
    app.house.follow()
    ship(app.house, 1)
    app.house.choose()
    return f"/shipments/{shipment(app.house, 1).id}"
