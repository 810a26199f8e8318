"""What is sent: each message in the merchant's own words, with a preview while they are typed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import g, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database, i18n
from shopify_app.actions import texts, trial
from shopify_app.actions.texts import Which
from shopify_app.admin import language, links
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import _
from shopify_app.admin.messages import form
from shopify_app.admin.messages import words as message_words
from shopify_app.admin.messages.form import Draft
from shopify_app.auth.context import web_settings
from shopify_app.domain import sms_length, tracking_url
from shopify_app.domain.notification import CONFIRMATION, EMAIL, NUMBER_CHANGED, SMS
from shopify_app.models import Fulfillment, Order, Shop
from shopify_app.numbers import whole
from shopify_app.outgoing import render, sample, sms
from shopify_app.outgoing.errors import Permanent
from shopify_app.outgoing.render import Message


@blueprint.get("/messages/edit")
def message_editor() -> str:
    """The words of one message as they are."""
    of = form.which(request.args)
    with database.reading() as session:
        draft = form.stored(of, texts.own(session, g.shop.id, of))
        return _page(session, draft, saved=request.args.get("saved") == "1")


@blueprint.post("/messages/edit")
def save_message() -> Response | tuple[str, int]:
    """Keep the words, or say beside each field what is wrong with it."""
    draft = _typed()
    if draft.mistakes:
        with database.reading() as session:
            return _page(session, draft), 422
    with changing() as (session, shop):
        texts.keep(session, shop, draft.which, draft.changed)
        if draft.which.channel == SMS:
            shop.sms_plain = "sms_plain" in request.form
    return _back(draft.which, saved="1")


@blueprint.post("/messages/edit/preview")
def preview_message() -> str:
    """What a customer would get of what stands in the fields now. Nothing is kept."""
    draft = _typed()
    with database.reading() as session:
        return render_template("admin/parts/message_preview.html", **_preview(session, draft))


@blueprint.post("/messages/edit/restore")
def restore_message() -> Response:
    """Say what is shipped again."""
    of = form.which(request.form)
    with changing() as (session, shop):
        texts.restore(session, shop, of)
    return _back(of, saved="1")


@blueprint.post("/messages/edit/test")
def send_test_message() -> Response | tuple[str, int]:
    """Send the words that are kept to the merchant, by the way that customers' messages go."""
    of, phone = form.which(request.form), ""
    if of.channel == SMS:
        try:
            phone = sms.e164(request.form.get("phone", ""), "")
        except Permanent:
            with database.reading() as session:
                draft = form.stored(of, texts.own(session, g.shop.id, of))
                return _page(session, draft, bad_phone=request.form.get("phone", "")), 422
    with changing() as (session, shop):
        shop.test_phone = phone or shop.test_phone
        trial.send(session, shop, of, _order_id())
    return _back(of, tested="1")


def _typed() -> Draft:
    of = form.which(request.form)
    with database.reading() as session:
        return form.typed(request.form, texts.own(session, g.shop.id, of))


def _back(of: Which, **said: str) -> Response:
    return redirect(links.at("/messages/edit", **asdict(of), **said), 303)


def _order_id() -> int | None:
    return whole(request.values.get("order", ""))


def _page(
    session: Session, draft: Draft, *, saved: bool = False, bad_phone: str | None = None
) -> str:
    shop = session.get_one(Shop, g.shop.id)
    return render_template(
        "admin/message_editor.html",
        **_preview(session, draft),
        saved=saved,
        tested=request.args.get("tested") == "1",
        events={event: _switched_on(shop, event) for event in form.EVENTS},
        event_names=[(event, message_words.event(event)) for event in form.EVENTS],
        languages=[(each, language.NAMES[each]) for each in i18n.LANGUAGES],
        names=[(_(text), inserted) for text, inserted in form.INSERTABLE.items()],
        one_line=form.ONE_LINE,
        changed=texts.changed(session, shop.id),
        last_test=trial.last(session, shop.id, draft.which),
        test_to=shop.merchant_email,
        phone=shop.test_phone if bad_phone is None else bad_phone,
        phone_is_bad=bad_phone is not None,
        plain=shop.sms_plain,
    )


def _switched_on(shop: Shop, event: str) -> dict[str, bool]:
    """Whether customers hear of an event now, by channel."""
    always = event in (CONFIRMATION, NUMBER_CHANGED)
    return {
        channel: channel in shop.tells_by if always else bool(shop.told_since(event, channel))
        for channel in (EMAIL, SMS)
    }


def _preview(session: Session, draft: Draft) -> dict[str, Any]:
    """The message on an order, and what else of it can be known before it is sent."""
    shop, of = session.get_one(Shop, g.shop.id), draft.which
    shown, own = _order_id(), draft.changed
    recent = sample.recent(session, shop.id)
    subject = sample.of(session, shop.id, shown if shown is not None else _first(recent))
    context: dict[str, Any] = {"draft": draft, "which": of, "recent": recent, "shown": shown}
    message = Message(of.event, shop, *subject, own, of.language)
    context["labels"] = {part: _(text) for part, text in form.LABELS.items()}
    if of.channel == EMAIL:
        context["mail"] = render.preview(message)
        context["sender"] = shop.sender_name or shop.name
        context["sender_address"] = shop.mail_from or web_settings().mail_from
    else:
        said = render.sms(message)
        if "sms_plain" in request.form:
            said = sms_length.without_accents(said)
        context["said"], context["length"] = said, sms_length.measure(said)
        context["plain_length"] = sms_length.measure(sms_length.without_accents(said))
    return context | {"site": shop.tracking_url, "opens": _opens(shop, *subject)}


def _first(recent: list[Order]) -> int | None:
    return recent[0].id if recent else None


def _opens(shop: Shop, _order: Order, fulfillment: Fulfillment) -> list[str]:
    """The links that the customer of the order opens."""
    live = [shipment for shipment in fulfillment.live_shipments if shipment.number]
    sites = [(shop.tracking_site(s.carrier_name, s.company), s.number) for s in live]
    return tracking_url.links(sites)
