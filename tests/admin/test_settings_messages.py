"""More messages, and the owner's own mail: what is switched on, since when, and what stays."""

from __future__ import annotations

from datetime import timedelta

from tests.pages import read
from tests.support import BOB, NOON, App

BOXES = "notify notify_email notify_sms write_back events"


def save(app: App, domain: str | None = None, **given: str) -> int:
    form = {"boxes": BOXES, "notify": "1", "notify_email": "1"} | given
    return app.submit("/settings", form, *([domain] if domain else [])).status_code


def test_a_message_is_told_from_the_moment_it_is_switched_on(app: App) -> None:
    app.house.notify()
    save(app, **{"delivered-email": "1"})
    assert app.house.shop().told_since("delivered", "email") == NOON
    app.house.clock.jump(days=1)
    save(app, **{"delivered-email": "1", "delayed-email": "1"})
    shop = app.house.shop()
    assert shop.told_since("delivered", "email") == NOON, "it was on before"
    assert shop.told_since("delayed", "email") == NOON + timedelta(days=1)
    save(app)
    assert app.house.shop().told_events == {}
    assert app.house.shop(BOB).told_events == {}


def test_the_page_shows_what_is_on(app: App) -> None:
    save(app, **{"delivered-email": "1", "delivered-sms": "1", "digest": "weekly"})
    page = read(app.visit("/settings"))
    ticked = {box["name"] for box in page.all("input", type="checkbox", checked=True)}
    assert {"delivered-email", "delivered-sms"} <= ticked
    assert "delayed-email" not in ticked
    [chosen] = [each["value"] for each in page.all("option", selected=True)]
    assert chosen == "weekly"


def test_a_form_without_them_leaves_them_alone(app: App) -> None:
    save(app, **{"delivered-email": "1", "digest": "daily"})
    app.submit("/settings", {"sender_name": "Alice"})
    shop = app.house.shop()
    assert (shop.told_events, shop.digest) == ({"delivered": {"email": NOON.isoformat()}}, "daily")


def test_the_owners_mail_is_due_at_eight_and_not_once_it_is_off(app: App) -> None:
    save(app, digest="daily")
    assert app.house.shop().digest_at == NOON + timedelta(hours=1)
    save(app, digest="")
    assert app.house.shop().digest_at is None


def test_what_is_no_choice_is_refused_and_nothing_is_saved(app: App) -> None:
    assert save(app, digest="hourly", **{"delivered-email": "1"}) == 422
    assert app.house.shop().told_events == {}
