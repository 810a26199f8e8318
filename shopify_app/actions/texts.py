"""The merchant's own words in messages: kept, and given up for the shipped ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.models import MessageText, Shop


@dataclass(frozen=True, slots=True)
class Which:
    """One message in one language by one channel."""

    event: str
    language: str
    channel: str


def own(session: Session, shop_id: int, which: Which) -> dict[str, str]:
    """The merchant's words by part; a part that says what is shipped is not among them."""
    wanted = select(MessageText.part, MessageText.text).where(*_of(shop_id, which))
    return dict(session.execute(wanted).all())


def own_of_events(
    session: Session, events: Collection[tuple[int, str]]
) -> dict[tuple[int, Which], dict[str, str]]:
    """The same of several shops' events, in every language and by every channel."""
    row, found = MessageText, defaultdict[tuple[int, Which], dict[str, str]](dict)
    columns = row.shop_id, row.event, row.language, row.channel, row.part, row.text
    wanted = select(*columns).where(tuple_(row.shop_id, row.event).in_(events))
    for shop_id, event, language, channel, part, text in session.execute(wanted) if events else ():
        found[shop_id, Which(event, language, channel)][part] = text
    return found


def keep(session: Session, shop: Shop, which: Which, parts: Mapping[str, str]) -> None:
    """Take these words, checked, in place of all that stood there."""
    restore(session, shop, which)
    for part, text in parts.items():
        row = MessageText(shop_id=shop.id, part=part, text=text, changed_at=clock.now())
        row.event, row.language, row.channel = which.event, which.language, which.channel
        session.add(row)


def restore(session: Session, shop: Shop, which: Which) -> None:
    """Say what is shipped again."""
    session.execute(delete(MessageText).where(*_of(shop.id, which)))


def changed(session: Session, shop_id: int) -> set[Which]:
    """The messages that have words of the merchant's."""
    row = MessageText
    wanted = select(row.event, row.language, row.channel).where(row.shop_id == shop_id).distinct()
    return {Which(*found) for found in session.execute(wanted)}


def _of(shop_id: int, which: Which) -> tuple[ColumnElement[bool], ...]:
    row = MessageText
    return (
        row.shop_id == shop_id,
        row.event == which.event,
        row.language == which.language,
        row.channel == which.channel,
    )
