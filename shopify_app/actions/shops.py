"""What can happen to a shop: it installs the app, changes its settings, leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, i18n
from shopify_app.actions import access, accounts, importing, letting_go, outages, retiming
from shopify_app.domain import digest
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.timing import Timing
from shopify_app.models import Outbox, Reconciliation, Shipment, Shop


def install(session: Session, facts: ShopFacts, tokens: Tokens) -> Shop:
    """The app is on this store, with these tokens. A new or returned store is imported."""
    shop = session.scalar(select(Shop).where(Shop.id == facts.id).with_for_update())
    comes = shop is None or not shop.installed
    if shop is None:
        shop = Shop(id=facts.id, domain=facts.domain)
        session.add(shop)
    if comes:
        shop.installed_at, shop.uninstalled_at = _this_second(), None
    elif shop.token_refused_at:
        access.won_back(session, shop)
    describe(session, shop, facts)
    shop.take_tokens(tokens)
    if comes:
        importing.begin(session, shop)
    session.flush()
    return shop


def describe(session: Session, shop: Shop, facts: ShopFacts, at: datetime | None = None) -> None:
    """Shopify described the store as it was `at` (None: now). What it leaves out stays.

    Whoever had its name before has it no more: what comes under it is this store's alone.
    """
    if at and shop.described_at and at < shop.described_at:
        return
    shop.described_at = at or clock.now()
    if facts.domain and facts.domain != shop.domain:
        shop.former_domain = shop.domain
    for name in _DESCRIBED:
        told = getattr(facts, name)
        if told:
            setattr(shop, name, told)
    namesake = update(Shop).where(Shop.former_domain == shop.domain, Shop.id != shop.id)
    session.execute(namesake.values(former_domain=""))


def by_domain(session: Session, domain: str) -> Shop | None:
    """The store of this name; else the one that had it, as what is under way still says it."""
    named = select(Shop).where(or_(Shop.domain == domain, Shop.former_domain == domain))
    return session.scalar(named.order_by(Shop.domain != domain).limit(1))


_DESCRIBED = (
    "domain",
    "name",
    "email",
    "contact_email",
    "timezone",
    "currency",
    "locale",
    "address",
    "storefront",
)


def uninstall(session: Session, shop: Shop) -> None:
    """The app was taken off the store: no tokens, no looks, no messages from here on."""
    now = clock.now()
    shop.uninstalled_at = shop.uninstalled_at or now
    shop.access_token = shop.refresh_token = ""
    shop.token_refused_at = shop.token_due_at = None
    shop.import_state, shop.reconcile_at = "stopped", None
    passes = update(Reconciliation).where(Reconciliation.shop_id == shop.id)
    still_open = passes.where(Reconciliation.ended_at.is_(None))
    session.execute(still_open.values(ended_at=now, error="uninstalled"))
    letting_go.of_shop(session, shop)
    followed = update(Shipment).where(Shipment.shop_id == shop.id)
    session.execute(followed.values(look_at=None, account_id=None, followed_at=None))
    waiting = update(Outbox).where(Outbox.shop_id == shop.id, Outbox.state == "waiting")
    session.execute(waiting.values(state="suppressed", detail="uninstalled", ended_at=now))


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """What the merchant chose on the Settings page, checked.

    `keys` are those that change, by provider; an empty one is given up. `digest` is how often the
    owner is written to.
    """

    notify: bool
    notify_by: str
    notify_email: bool
    notify_sms: bool
    tracking_url: str
    sender_name: str
    mail_from: str
    reply_to: str
    sms_from: str
    write_back: bool
    write_links: bool = False
    write_metafield: bool = False
    write_tags: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    told_at_once: bool = True
    classic_look: bool = False


def change_settings(session: Session, shop: Shop, chosen: ShopSettings) -> None:
    """Take over the merchant's choices.

    A channel that is new is for what is fulfilled from now on: what came before was told by others.
    """
    before = shop.tells_by
    shop.notify, shop.notify_by = chosen.notify, chosen.notify_by
    shop.notify_email, shop.notify_sms = chosen.notify_email, chosen.notify_sms
    if shop.tells_by - before:
        shop.notify_since = _this_second()
    shop.tracking_url = chosen.tracking_url
    _change_senders(session, shop, chosen)
    shop.told_at_once, shop.classic_look = chosen.told_at_once, chosen.classic_look
    shop.write_back, shop.write_links = chosen.write_back, chosen.write_links
    shop.write_metafield, shop.write_tags = chosen.write_metafield, chosen.write_tags
    if shop.digest != chosen.digest:
        shop.digest = chosen.digest
        shop.digest_at = digest.next_at(chosen.digest, i18n.zone(shop.timezone), clock.now())
    for provider, key in chosen.keys.items():
        accounts.use_key(session, shop, provider, key)


def _change_senders(session: Session, shop: Shop, chosen: ShopSettings) -> None:
    """Who messages come from; a sender that was refused and is another one now is tried anew."""
    before = {EMAIL: shop.mail_from, SMS: shop.sms_from}
    shop.sender_name, shop.mail_from = chosen.sender_name, chosen.mail_from
    shop.reply_to, shop.sms_from = chosen.reply_to, chosen.sms_from
    for channel, now in {EMAIL: shop.mail_from, SMS: shop.sms_from}.items():
        if now != before[channel] and outages.is_refused(shop, channel):
            outages.sender_works(session, shop, channel)


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """When each message goes out, as the merchant chose it, checked.

    `events` are the messages beyond the confirmation that are on, each with its channels; `timings`
    what is not as usual, by event and channel. The others are as in `Shop`.
    """

    events: Mapping[str, Collection[str]]
    timings: Mapping[str, Mapping[str, Timing]]
    first_scan_days: int
    announces_unnumbered: bool


def change_messages(session: Session, shop: Shop, chosen: MessageSettings) -> None:
    """Take over when messages go out; what waits already goes out sooner or not at all by it."""
    retiming.begin(session, shop)
    shop.told_events = _since_when(shop.told_events, chosen.events)
    shop.timings = {
        event: {channel: _stored(timing) for channel, timing in of_event.items()}
        for event, of_event in chosen.timings.items()
    }
    shop.first_scan_days = chosen.first_scan_days
    shop.announces_unnumbered = chosen.announces_unnumbered


def _stored(timing: Timing) -> list[int]:
    minutes = int(timing.delay.total_seconds() // 60)
    return [minutes, timing.quiet.start, timing.quiet.end]


def _since_when(
    before: Mapping[str, Mapping[str, str]], chosen: Mapping[str, Collection[str]]
) -> dict[str, dict[str, str]]:
    """Since when each event is told by each channel: what is new begins now."""
    now = _this_second().isoformat()
    return {
        event: {channel: before.get(event, {}).get(channel, now) for channel in channels}
        for event, channels in chosen.items()
        if channels
    }


def _this_second() -> datetime:
    """Now, in whole seconds as Shopify tells them: what happens in this very second comes after."""
    return clock.now().replace(microsecond=0)
