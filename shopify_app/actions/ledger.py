"""What an account was used for: quota by shipment, and calls by day."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.models import Calls, CarrierAccount, Shipment, Spending


def spent(session: Session, account_id: str, shipment: Shipment, what: str) -> None:
    """One number of the account's quota was used for this shipment.

    A worker that dies between the provider's answer and this line leaves it out: the number is
    registered already when it is tried again, so nothing is paid twice.
    """
    session.add(
        Spending(
            shop_id=shipment.shop_id,
            shipment_id=shipment.id,
            account_id=account_id,
            number=shipment.number_key,
            carrier_name=shipment.carrier_name,
            what=what,
            at=clock.now(),
        )
    )


def called(session: Session, account: CarrierAccount, what: str, calls: int, numbers: int) -> None:
    """So many calls were made about so many numbers. The caller holds the account's row."""
    key = (account.id, clock.now().date(), what)
    row = session.get(Calls, key)
    if row is None:
        row = Calls(account_id=key[0], day=key[1], what=what, calls=0, numbers=0)
        session.add(row)
    row.calls, row.numbers = row.calls + calls, row.numbers + numbers
