"""Which messages go out and when, and the owner's own mail: what is chosen, and what stays."""

from __future__ import annotations

from datetime import timedelta

from shopify_app.domain.notification import EVENTS
from shopify_app.domain.timing import Quiet, Timing
from tests.pages import read
from tests.support import BOB, NOON, App

CONFIRMATION = "shipping_confirmation"


def save(app: App, **given: str) -> int:
    return app.submit("/settings/messages", given).status_code


def save_settings(app: App, **given: str) -> int:
    return app.submit("/settings", {"notify": "1", "notify_email": "1"} | given).status_code


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


def test_how_each_message_waits_is_kept_by_event_and_channel(app: App) -> None:
    chosen = {"delivered-email-delay": "60", "delivered-sms-from": "20", "first_scan_days": "3"}
    save(app, announces_unnumbered="1", **chosen)
    shop = app.house.shop()
    assert shop.timing("delivered", "email") == Timing(timedelta(hours=1), Quiet())
    assert shop.timing("delivered", "sms") == Timing(timedelta(0), Quiet(20, 8))
    assert shop.timing(CONFIRMATION, "sms") == Timing(timedelta(0), Quiet(21, 8))
    assert (shop.first_scan_days, shop.announces_unnumbered) == (3, True)
    save(app, **{"delivered-sms-from": "21"})
    assert "sms" not in app.house.shop().timings["delivered"], "as usual again"
    assert app.house.shop(BOB).timings == {}


def chosen_of(app: App, name: str) -> tuple[str, str]:
    """What the page shows as the choice in this field."""
    select = read(app.visit("/settings/messages")).one("select", name=name)
    [option] = select.all("option", selected=True)
    return option["value"], option.text


def test_no_quiet_hours_is_a_choice_with_a_name(app: App) -> None:
    assert chosen_of(app, "delivered-email-from") == ("none", "None")
    assert chosen_of(app, "delivered-sms-from") == ("21", "21:00")
    save(app, **{"delivered-sms-from": "none", "delivered-sms-until": "8"})
    assert app.house.shop().timing("delivered", "sms").quiet == Quiet()
    assert chosen_of(app, "delivered-sms-from") == ("none", "None")
    assert chosen_of(app, "delivered-sms-until") == ("8", "8:00"), "as one begins to have some"
    save(app, **{"delivered-sms-from": "0", "delivered-sms-until": "6"})
    assert app.house.shop().timing("delivered", "sms").quiet == Quiet(0, 6)
    save(app, **{"delivered-sms-from": "5", "delivered-sms-until": "5"})
    assert chosen_of(app, "delivered-sms-from") == ("none", "None"), "no hour is between them"


def test_the_page_shows_what_is_chosen(app: App) -> None:
    save(app, first_scan_days="5", **{"delivered-email": "1", "delivered-sms": "1",
         f"{CONFIRMATION}-email-delay": "1440", f"{CONFIRMATION}-email-from": "22"})  # fmt: skip
    page = read(app.visit("/settings/messages"))
    ticked = {box["name"] for box in page.all("input", type="checkbox", checked=True)}
    assert ticked == {"delivered-email", "delivered-sms"}
    shown = {
        "first_scan_days": "5",
        f"{CONFIRMATION}-email-delay": "1440",
        f"{CONFIRMATION}-email-from": "22",
        "delayed-sms-until": "8",
    }
    for name, value in shown.items():
        [select] = page.all("select", name=name)
        assert [each["value"] for each in select.all("option", selected=True)] == [value]


def test_each_message_stands_once_and_a_way_that_is_off_has_no_timing(app: App) -> None:
    save_settings(app, boxes="notify_email notify_sms")
    page = read(app.visit("/settings/messages"))
    names = [heading.text for heading in page.all("h2")]
    assert len(names) == len(set(names)) == len(EVENTS)
    off = page.one("section", id="delivered").all("div", class_="timing", hidden=True)
    assert [each.all("select")[0]["name"] for each in off] == ["delivered-sms-delay"]
    assert "No message goes this way" in page.text


def test_what_the_page_does_not_offer_changes_nothing(app: App) -> None:
    save(app, first_scan_days="3", **{"delivered-email-delay": "60"})
    save(app, first_scan_days="99", **{"delivered-email-delay": "-1", "delivered-email-from": "x"})
    shop = app.house.shop()
    assert shop.first_scan_days == 3
    assert shop.timing("delivered", "email") == Timing(timedelta(hours=1), Quiet())


def test_the_settings_leave_the_messages_alone(app: App) -> None:
    save(app, **{"delivered-email": "1"})
    save_settings(app, digest="daily")
    save_settings(app, sender_name="Alice")
    shop = app.house.shop()
    assert (shop.told_events, shop.digest) == ({"delivered": {"email": NOON.isoformat()}}, "daily")


def test_the_owners_mail_is_due_at_eight_and_not_once_it_is_off(app: App) -> None:
    save_settings(app, digest="daily")
    assert app.house.shop().digest_at == NOON + timedelta(hours=1)
    save_settings(app, digest="")
    assert app.house.shop().digest_at is None


def test_what_is_no_choice_is_refused_and_nothing_is_saved(app: App) -> None:
    assert save_settings(app, digest="hourly", sender_name="Evil") == 422
    assert app.house.shop().sender_name == ""
