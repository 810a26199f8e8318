"""Making an outbox row ready to go out: what it says and to whom, as things stand now.

Nothing leaves the house here. What is not to be sent any more, or not at this hour, says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from shopify_app import clock, crypto, database
from shopify_app.actions import messages, opt_outs, texts, trial
from shopify_app.actions.opt_outs import Address
from shopify_app.actions.outbox import OWNER
from shopify_app.actions.texts import Which
from shopify_app.domain import customer_zone, notification, timing
from shopify_app.domain.notification import EMAIL, SMS, TO_SHOPIFY
from shopify_app.jobs import owner_mail, prepare_write
from shopify_app.jobs.due import Due, NotYet, Sending, Suppressed
from shopify_app.jobs.known import Known, to
from shopify_app.models import Fulfillment, Order, Shop
from shopify_app.outgoing import email, render, sample, sms
from shopify_app.outgoing.letter import Mail, compose
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


def prepare(row: Due, known: Known) -> Sending:
    """What sends this row. Raises Suppressed, NotYet, or `outgoing.errors.Permanent`."""
    return _BY_CHANNEL[row.channel](row, known)


def _email(row: Due, known: Known) -> Sending:
    ways, message, who = _configured(), *_message(row, known)
    shop, order = message.shop, message.order
    stop_url = f"{ways.app_url}/stop/{opt_outs.token(who, message.language)}"
    words = render.email(message, stop_url)
    mail = replace(_mail(shop, ways, order.email, words), key=key_of(row), stop_url=stop_url)
    return partial(ways.email, compose(mail))


def _sms(row: Due, known: Known) -> Sending:
    ways, message, _ = _configured(), *_message(row, known)
    reference = f"{row.shop_id}-{row.id}"
    text = sms.Text(
        to=to(message.order, SMS),
        body=render.sms(message),
        from_number=message.shop.sms_from or ways.sms_from,
        callback=f"{ways.app_url}/webhooks/twilio/status?message={reference}",
        key=key_of(row),
        reference=reference,
    )
    return partial(ways.sms, text)


def _message(row: Due, known: Known) -> tuple[Message, Address]:
    """What a customer is told, in the merchant's words and the customer's language, and to whom."""
    shop, order, fulfillment = _subject(row, known)
    who = opt_outs.address(row.shop_id, row.channel, to(order, row.channel))
    _wait_for_its_hour(row, shop, order)
    _respect(row, known.opted_out.get(who, ""))
    language = render.language_of(shop, order)
    own = known.words.get((shop.id, Which(row.event, language, row.channel)), {})
    return Message(row.event, shop, order, fulfillment, own, language), who


def key_of(row: Due) -> str:
    """What names the message to the outside: the same each time it is tried, and tells nothing."""
    return crypto.keyed_hash(f"message {row.shop_id} {row.id}")[:32]


def _respect(row: Due, why: str) -> None:
    """Whoever wants none gets none; an address that bounced is tried if the merchant insists."""
    if why == opt_outs.BOUNCED and not row.insisted:
        raise Suppressed("bounced")
    if why and why != opt_outs.BOUNCED:
        raise Suppressed("opted_out")


def _wait_for_its_hour(row: Due, shop: Shop, order: Order) -> None:
    """A message that comes late, or is tried again, may have got into the quiet hours."""
    now = clock.now()
    where = customer_zone.zones(order.country_code, order.province_code)
    due_at = timing.next_fit(where, shop.timing(row.event, row.channel).quiet, now)
    if due_at > now:
        raise NotYet(due_at)


def _to_owner(row: Due, known: Known) -> Sending:
    """What the owner is told; nothing if it was settled meanwhile."""
    ways, shop = _configured(), known.shop(row)
    with database.reading() as session:
        words = owner_mail.words(session, shop, row.event)
    if words is None:
        raise Suppressed("overtaken")
    mail = Mail(
        to=shop.merchant_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        from_name="Retrack",
        from_address=ways.mail_from,
        reply_to=ways.mail_from,
    )
    return partial(ways.email, compose(mail))


def _trial(row: Due, known: Known) -> Sending:
    """What the merchant asked to see, in the words that are kept, sent to themselves."""
    ways, shop, which = _configured(), known.shop(row), trial.which(row.event)
    with database.reading() as session:
        subject = sample.of(session, shop.id, row.order_id)
        own = texts.own(session, shop.id, which)
        message = Message(which.event, shop, *subject, own, which.language, trial=True)
        if which.channel == SMS:
            sender = shop.sms_from or ways.sms_from
            return partial(ways.sms, sms.Text(shop.test_phone, render.sms(message), sender))
        mail = _mail(shop, ways, shop.merchant_email, render.email(message))
    return partial(ways.email, compose(mail))


def _mail(shop: Shop, ways: Ways, to: str, words: render.EmailWords) -> Mail:
    """A mail in the shop's name."""
    return Mail(
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        from_name=shop.sender_name or shop.name,
        from_address=shop.mail_from or ways.mail_from,
        reply_to=shop.reply_to or shop.merchant_email,
    )


_BY_CHANNEL: dict[str, Callable[[Due, Known], Sending]] = {
    EMAIL: _email,
    SMS: _sms,
    TO_SHOPIFY: prepare_write.prepare,
    OWNER: _to_owner,
    trial.TRIAL: _trial,
}


def _subject(row: Due, known: Known) -> tuple[Shop, Order, Fulfillment]:
    """What the message is about, as it stands now, and whether it is still to be sent."""
    shop = known.shop(row)
    if not row.insisted and row.channel not in shop.tells_by:
        raise Suppressed("switched_off")
    order = known.order(row)
    if order.deleted_at or order.cancelled_at:
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
