"""What stops a shop's work until somebody mends it: its owner is told at once, once an outage.

Each is a state of some row, and over when that is: so the page and the mail say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import outbox
from shopify_app.domain.notification import EMAIL, FIRST_SCAN, SMS
from shopify_app.models import CarrierAccount, Outbox, Shop

TOKEN, KEY, QUOTA = "token_dead", "key_refused", "quota_out"
MAIL, TEXTS = "mail_refused", "sms_refused"
"""The kinds; each is the event of a mail to the owner."""

OF_ACCOUNT = {"auth": KEY, "quota": QUOTA}
"""What an account's problem is to the shops that it serves."""
_OF_CHANNEL = {EMAIL: (MAIL, "mail_refused_at"), SMS: (TEXTS, "sms_refused_at")}


@dataclass(frozen=True, slots=True)
class Outage:
    """What is stopped now, since when; `provider` names the account whose matter it is."""

    kind: str
    since: datetime
    provider: str = ""


def of(shop: Shop, accounts: Iterable[CarrierAccount]) -> list[Outage]:
    """The outages of a shop and of the accounts that serve it."""
    found = [(TOKEN, shop.token_refused_at, "")]
    found += [(kind, getattr(shop, column), "") for kind, column in _OF_CHANNEL.values()]
    found += [
        (OF_ACCOUNT[account.problem], account.problem_since, account.provider)
        for account in accounts
        if account.problem in OF_ACCOUNT
    ]
    return [Outage(kind, since, provider) for kind, since, provider in found if since]


def began(session: Session, shop: Shop, kind: str, since: datetime, provider: str = "") -> None:
    """Mail the owner of an outage that began at `since`, if they want to be told at once."""
    if shop.told_at_once and shop.installed:
        outbox.write_to_owner(session, shop, kind, f"{kind}:{provider}:{since.isoformat()}")


def sender_refused(session: Session, shop: Shop, channel: str) -> None:
    """The mail server, or Twilio, refuses us or our sender, whatever we would send."""
    kind, column = _OF_CHANNEL[channel]
    if getattr(shop, column) is None:
        setattr(shop, column, clock.now())
        began(session, shop, kind, clock.now())


def sender_works(session: Session, shop: Shop, channel: str) -> None:
    """The sender is taken, or another one is to be tried: what waited for that goes out now."""
    _, column = _OF_CHANNEL[channel]
    setattr(shop, column, None)
    waiting = update(Outbox).where(Outbox.shop_id == shop.id, Outbox.state == "waiting")
    held = waiting.where(Outbox.channel == channel, Outbox.detail.not_in(("", FIRST_SCAN)))
    session.execute(held.values(due_at=clock.now()))
    queue.wake_after_commit(session, "deliver")


def is_refused(shop: Shop, channel: str) -> bool:
    """Whether the sender of this channel was refused when it was last tried."""
    return channel in _OF_CHANNEL and getattr(shop, _OF_CHANNEL[channel][1]) is not None
