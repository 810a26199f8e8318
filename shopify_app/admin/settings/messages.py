"""Which messages customers get besides the confirmation, and how each waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from shopify_app.actions import shops
from shopify_app.actions.shops import MessageSettings
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import _, ngettext
from shopify_app.admin.settings.form import ticked
from shopify_app.domain.notification import CHANNELS, CONFIRMATION, EVENTS, OPTIONAL
from shopify_app.domain.timing import DEFAULTS, Quiet, Timing
from shopify_app.models import Shop

DELAYS = (0, 15, 60, 2 * 60, 4 * 60, 24 * 60, 2 * 24 * 60, 3 * 24 * 60, 7 * 24 * 60)
"""Minutes. News older than a week is none."""
SCAN_DAYS = (0, 1, 2, 3, 5, 7)
HOURS = range(24)
NONE, MORNING = "none", 8
"""No quiet hours, as the form has it, and when they end where somebody begins to have some."""
ALSO_BY_SHOPIFY = {"out_for_delivery": "Out for delivery", "delivered": "Delivered"}
"""The messages that Shopify has too (help.shopify.com, customer notifications), by its names."""


@blueprint.get("/settings/messages")
def message_settings_page() -> str:
    """When each message goes out."""
    return render_template(
        "admin/message_settings.html",
        saved=request.args.get("saved") == "1",
        events=EVENTS,
        confirmation=CONFIRMATION,
        optional=OPTIONAL,
        channels=CHANNELS,
        also_by_shopify=ALSO_BY_SHOPIFY,
        timing=g.shop.timing,
        on={(event, by) for event, ways in g.shop.told_events.items() for by in ways},
        delays=[(minutes, delay_words(minutes)) for minutes in DELAYS],
        scan_days=[(days, _scan_words(days)) for days in SCAN_DAYS],
        hours=[(hour, f"{hour}:00") for hour in HOURS],
        unquiet=(NONE, _("None")),
        morning=MORNING,
    )


@blueprint.post("/settings/messages")
def save_message_settings() -> Response:
    """Save all; a choice that the page does not offer leaves what was there."""
    given = request.form
    with changing() as (session, shop):
        shops.change_messages(session, shop, _chosen(given, shop))
    return redirect("/settings/messages?saved=1", 303)


def delay_words(minutes: int) -> str:
    """A delay in its largest unit."""
    if not minutes:
        return _("At once")
    if minutes < 60:
        return ngettext("After %(n)s minute", "After %(n)s minutes", minutes)
    if minutes < 24 * 60:
        return ngettext("After %(n)s hour", "After %(n)s hours", minutes // 60)
    return ngettext("After %(n)s day", "After %(n)s days", minutes // (24 * 60))


def _scan_words(days: int) -> str:
    if not days:
        return _("Does not wait for it")
    return ngettext("Waits for it, %(n)s day at most", "Waits for it, %(n)s days at most", days)


def _chosen(given: Mapping[str, str], now: Shop) -> MessageSettings:
    timings: dict[str, dict[str, Timing]] = {}
    for event, channel, timing in _timings(given, now):
        if timing != DEFAULTS[channel]:
            timings.setdefault(event, {})[channel] = timing
    return MessageSettings(
        events={
            event: [channel for channel in CHANNELS if ticked(given, f"{event}-{channel}")]
            for event in OPTIONAL
        },
        timings=timings,
        first_scan_days=_one_of(SCAN_DAYS, given, "first_scan_days", now.first_scan_days),
        announces_unnumbered=ticked(given, "announces_unnumbered"),
    )


def _timings(given: Mapping[str, str], now: Shop) -> Iterator[tuple[str, str, Timing]]:
    for event in EVENTS:
        for channel in CHANNELS:
            name, before = f"{event}-{channel}", now.timing(event, channel)
            minutes = int(before.delay.total_seconds() // 60)
            quiet = _quiet(given, name, before.quiet)
            delay = timedelta(minutes=_one_of(DELAYS, given, f"{name}-delay", minutes))
            yield event, channel, Timing(delay, quiet)


def _quiet(given: Mapping[str, str], name: str, now: Quiet) -> Quiet:
    if given.get(f"{name}-from") == NONE:
        return Quiet()
    start = _one_of(HOURS, given, f"{name}-from", now.start)
    end = _one_of(HOURS, given, f"{name}-until", now.end)
    return Quiet(start, end) if start != end else Quiet()


def _one_of(offered: range | tuple[int, ...], given: Mapping[str, str], name: str, now: int) -> int:
    """The choice in this field if it was offered, else what is in force."""
    wanted = given.get(name, "")
    return next((each for each in offered if str(each) == wanted), now)
