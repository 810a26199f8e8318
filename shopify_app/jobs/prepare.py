"""Making an outbox row ready to go out: what it says and to whom, as things stand now.

Nothing leaves the house here. What is not to be sent any more, or not at this hour, says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.orm import Session

from shopify_app import clock, crypto, database
from shopify_app.actions import messages, opt_outs, orders, texts, trial
from shopify_app.actions.outbox import OWNER
from shopify_app.domain import customer_zone, notification, timing
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.jobs import owner_mail, prepare_write
from shopify_app.jobs.due import Due, NotYet, Sending, Suppressed
from shopify_app.models import Fulfillment, Order, Shop
from shopify_app.outgoing import email, render, sample, sms
from shopify_app.outgoing.render import Message


@dataclass(frozen=True, slots=True)
class Ways:
    """How things go out, and from whom where the shop did not say."""

    email: email.Send
    sms: sms.Send
    mail_from: str
    sms_from: str
    app_url: str = ""
    rest: Callable[[], None] = lambda: None
    """Called when there is nothing more to send for now."""


_ways: Ways | None = None


def configure(ways: Ways) -> None:
    """Set how things go out; done by `bootstrap`."""
    global _ways
    _ways = ways


def rest() -> None:
    """Let go of what was kept open between messages."""
    _configured().rest()


def prepare(row: Due) -> Sending:
    """What sends this row. Raises Suppressed, NotYet, or `outgoing.errors.Permanent`."""
    return _BY_CHANNEL[row.channel](row)


def _email(row: Due) -> Sending:
    ways = _configured()
    with database.reading() as session:
        shop, order, fulfillment = _subject(session, row)
        if not order.email:
            raise Suppressed("no_email")
        _wait_for_its_hour(row, shop, order)
        who = opt_outs.address(row.shop_id, EMAIL, order.email)
        _respect(session, row, who)
        own, language = _own_words(session, row, shop, order), render.language_of(shop, order)
        stop_url = f"{ways.app_url}/stop/{opt_outs.token(who, language)}"
        words = render.email(Message(row.event, shop, order, fulfillment, own), stop_url)
        mail = replace(_mail(shop, ways, order.email, words), key=key_of(row), stop_url=stop_url)
    return partial(ways.email, email.compose(mail))


def _sms(row: Due) -> Sending:
    ways = _configured()
    with database.reading() as session:
        shop, order, fulfillment = _subject(session, row)
        if not order.phone:
            raise Suppressed("no_phone")
        _wait_for_its_hour(row, shop, order)
        to = sms.e164(order.phone, order.country_code)
        _respect(session, row, opt_outs.address(row.shop_id, SMS, to))
        own = _own_words(session, row, shop, order)
        reference = f"{row.shop_id}-{row.id}"
        text = sms.Text(
            to=to,
            body=render.sms(Message(row.event, shop, order, fulfillment, own)),
            from_number=shop.sms_from or ways.sms_from,
            callback=f"{ways.app_url}/webhooks/twilio/status?message={reference}",
            key=key_of(row),
            reference=reference,
        )
    return partial(ways.sms, text)


def key_of(row: Due) -> str:
    """What names the message to the outside: the same each time it is tried, and tells nothing."""
    return crypto.keyed_hash(f"message {row.shop_id} {row.id}")[:32]


def _respect(session: Session, row: Due, who: opt_outs.Address) -> None:
    """Whoever wants none gets none; an address that bounced is tried if the merchant insists."""
    why = opt_outs.why(session, who)
    if why == opt_outs.BOUNCED and not row.insisted:
        raise Suppressed("bounced")
    if why and why != opt_outs.BOUNCED:
        raise Suppressed("opted_out")


def _own_words(session: Session, row: Due, shop: Shop, order: Order) -> dict[str, str]:
    """The merchant's own words for this message, in the customer's language."""
    which = texts.Which(row.event, render.language_of(shop, order), row.channel)
    return texts.own(session, shop.id, which)


def _wait_for_its_hour(row: Due, shop: Shop, order: Order) -> None:
    """A message that comes late, or is tried again, may have got into the quiet hours."""
    now = clock.now()
    where = customer_zone.zones(order.country_code, order.province_code)
    due_at = timing.next_fit(where, shop.timing(row.event, row.channel).quiet, now)
    if due_at > now:
        raise NotYet(due_at)


def _to_owner(row: Due) -> Sending:
    """What the owner is told; nothing if it was settled meanwhile."""
    ways = _configured()
    with database.reading() as session:
        shop = session.get_one(Shop, row.shop_id)
        if not shop.installed:
            raise Suppressed("uninstalled")
        words = owner_mail.words(session, shop, row.event)
        if words is None:
            raise Suppressed("overtaken")
    mail = email.Mail(
        to=shop.merchant_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        from_name="Retrack",
        from_address=ways.mail_from,
        reply_to=ways.mail_from,
    )
    return partial(ways.email, email.compose(mail))


def _trial(row: Due) -> Sending:
    """What the merchant asked to see, in the words that are kept, sent to themselves."""
    ways, which = _configured(), trial.which(row.event)
    with database.reading() as session:
        shop = session.get_one(Shop, row.shop_id)
        if not shop.installed:
            raise Suppressed("uninstalled")
        subject = sample.of(session, shop.id, row.order_id)
        own = texts.own(session, shop.id, which)
        message = Message(which.event, shop, *subject, own, which.language, trial=True)
        if which.channel == SMS:
            sender = shop.sms_from or ways.sms_from
            return partial(ways.sms, sms.Text(shop.test_phone, render.sms(message), sender))
        mail = _mail(shop, ways, shop.merchant_email, render.email(message))
    return partial(ways.email, email.compose(mail))


def _mail(shop: Shop, ways: Ways, to: str, words: render.EmailWords) -> email.Mail:
    """A mail in the shop's name."""
    return email.Mail(
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        from_name=shop.sender_name or shop.name,
        from_address=shop.mail_from or ways.mail_from,
        reply_to=shop.reply_to or shop.merchant_email,
    )


_BY_CHANNEL: dict[str, Callable[[Due], Sending]] = {
    EMAIL: _email,
    SMS: _sms,
    "shopify": prepare_write.prepare,
    OWNER: _to_owner,
    trial.TRIAL: _trial,
}


def _subject(session: Session, row: Due) -> tuple[Shop, Order, Fulfillment]:
    """What the message is about, as it stands now, and whether it is still to be sent."""
    shop = session.get_one(Shop, row.shop_id)
    order = orders.find(session, row.shop_id, row.order_id or 0)
    if not shop.installed:
        raise Suppressed("uninstalled")
    if not row.insisted and row.channel not in shop.tells_by:
        raise Suppressed("switched_off")
    if order is None or order.deleted_at or order.cancelled_at:
        raise Suppressed("order_gone")
    fulfillment = order.fulfillment(row.fulfillment_id)
    if fulfillment is None or not messages.tells_enough(shop, row.event, fulfillment):
        raise Suppressed("fulfillment_gone")
    slowest = fulfillment.slowest
    if row.event in notification.OPTIONAL and not row.insisted:
        if slowest is None or messages.event_of(slowest) != row.event:
            raise Suppressed("overtaken")
        if not shop.told_since(row.event, row.channel):
            raise Suppressed("switched_off")
    return shop, order, fulfillment


def _configured() -> Ways:
    if _ways is None:
        raise RuntimeError("prepare.configure() has not been called")
    return _ways
