"""Who wants no messages: by a link in a mail, by STOP, or because their address is none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from shopify_app import clock, crypto
from shopify_app.models import OptOut

LINK, STOP, BOUNCED = "link", "stop", "bounced"


@dataclass(frozen=True, slots=True)
class Address:
    """One customer's address at one shop, as a hash that tells nobody what it is."""

    shop_id: int
    channel: str
    hash: str


def address(shop_id: int, channel: str, written: str) -> Address:
    """The address as it is remembered. A phone number has to be in E.164."""
    return Address(shop_id, channel, crypto.keyed_hash(written))


def why(session: Session, who: Address) -> str:
    """Why nothing goes to this address, empty if it does."""
    return among(session, [who]).get(who, "")


def among(session: Session, addresses: Collection[Address]) -> dict[Address, str]:
    """Those of these addresses to which nothing goes, each with why."""
    columns = OptOut.shop_id, OptOut.channel, OptOut.address_hash
    listed = tuple_(*columns).in_([(who.shop_id, who.channel, who.hash) for who in addresses])
    found = session.execute(select(*columns, OptOut.why).where(listed)) if addresses else ()
    return {Address(shop_id, channel, hash_): why for shop_id, channel, hash_, why in found}


def opt_out(session: Session, who: Address, why: str) -> None:
    """Nothing of this channel goes there any more."""
    session.execute(delete(OptOut).where(*_is(who)))
    row = OptOut(shop_id=who.shop_id, channel=who.channel, address_hash=who.hash, why=why)
    row.at = clock.now()
    session.add(row)


def opt_in(session: Session, who: Address) -> None:
    """They want messages after all."""
    session.execute(delete(OptOut).where(*_is(who)))


def token(who: Address, language: str) -> str:
    """What stands in the customer's link: sealed, so that it tells of nobody's id."""
    return crypto.seal(f"{who.shop_id} {who.channel} {who.hash} {language}")


def open_token(sealed: str) -> tuple[Address, str] | None:
    """Whose link it is, and its language; None if it is none of ours."""
    try:
        shop_id, channel, hash_, language = crypto.unseal(sealed).split(" ")
    except (crypto.CannotDecrypt, ValueError):
        return None
    return Address(int(shop_id), channel, hash_), language


def _is(who: Address) -> tuple[ColumnElement[bool], ...]:
    return (
        OptOut.shop_id == who.shop_id,
        OptOut.channel == who.channel,
        OptOut.address_hash == who.hash,
    )
