"""The list of what is still to be set up, on Home until all of it is done and put away."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import clock, i18n
from shopify_app.actions import accounts, trial
from shopify_app.actions.texts import Which
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import _
from shopify_app.admin.messages import words as message_words
from shopify_app.domain import tracking_url
from shopify_app.domain.notification import CONFIRMATION, EMAIL
from shopify_app.models import Outbox, Shop

TEST = "test"


@dataclass(frozen=True, slots=True)
class Step:
    """Something to set up, whether it is done, and where it is done.

    `told` is what came of doing it; `under_way`: it is being done, and ends while one looks.
    """

    name: str
    label: str
    done: bool
    text: str
    href: str
    told: str = ""
    under_way: bool = False


def steps(session: Session) -> list[Step]:
    """What is to be set up; nothing once it was put away."""
    shop: Shop = g.shop
    if shop.set_up_at:
        return []
    works = any(account.answered_at for account in accounts.of(session, shop.id))
    chosen = shop.notify or shop.tracking_url != tracking_url.DEFAULT
    named = bool(shop.sender_name or shop.mail_from)
    test = trial.last(session, shop.id, _confirmation(shop))
    tested = bool(test and test.state in {"sent", "arrived"})
    return [
        Step("key", _("Tracking key works"), works,
             _("Without a key you see only what Shopify itself knows of a parcel."),
             "/settings#provider"),
        Step("link", _("Tracking link chosen"), chosen,
             _("Choose the site that customers' links lead to."), "/settings"),
        Step("sender", _("Sender named"), named,
             _("Say whose name and address customers see on a mail."), "/settings"),
        Step("webhook", _("First event from Shopify received"), bool(shop.last_webhook_at),
             _("It comes by itself with the next order or fulfillment."), "/orders"),
        Step(TEST, _("Send yourself a test message"), tested,
             _("See the shipping confirmation as a customer does."), "", *_came_of(test)),
    ]  # fmt: skip


def _came_of(test: Outbox | None) -> tuple[str, bool]:
    """What a test has come to in words, and whether it is still under way."""
    if test is None or test.state in {"sent", "arrived"}:
        return "", False
    if test.state in {"waiting", "sending"}:
        return _("The test is on its way."), True
    return message_words.detail(test.detail), False


@blueprint.post("/setup/test")
def send_first_test() -> Response:
    """Mail the shipping confirmation to the shop itself, by the way that customers' mails go."""
    with changing() as (session, shop):
        trial.send(session, shop, _confirmation(shop), None)
    return redirect("/?done=test", 303)


@blueprint.post("/setup/done")
def put_setup_away() -> Response:
    """All of it is done, and the merchant has seen it."""
    with changing() as (_session, shop):
        shop.set_up_at = shop.set_up_at or clock.now()
    return redirect("/", 303)


def _confirmation(shop: Shop) -> Which:
    return Which(CONFIRMATION, i18n.language(shop.locale), EMAIL)
