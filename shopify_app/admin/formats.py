"""How moments, ages and money look on a page: in the shop's zone and the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import g

from shopify_app import clock, i18n
from shopify_app.admin import language
from shopify_app.admin.language import _, ngettext


def zone() -> ZoneInfo:
    """The shop's time zone."""
    return i18n.zone(g.shop.timezone)


def local(moment: datetime) -> datetime:
    """The moment in the shop's zone."""
    return moment.astimezone(zone())


def zone_name() -> str:
    """Such as `New York time`."""
    city = dates.get_timezone_location(zone(), locale=language.current(), return_city=True)
    return _("%(city)s time", city=city)


def today() -> date:
    """The day it is in the shop's zone."""
    return local(clock.now()).date()


def day(when: datetime | date | None) -> str:
    """Such as `Nov 21`, with the year if it is another one."""
    if when is None:
        return ""
    on = local(when).date() if isinstance(when, datetime) else when
    skeleton = "MMMd" if on.year == today().year else "yMMMd"
    return dates.format_skeleton(skeleton, on, locale=language.current())


def time(moment: datetime) -> str:
    """Such as `2:14 PM` or `14:14`."""
    return dates.format_time(local(moment), "short", locale=language.current())


def moment(when: datetime | None) -> str:
    """Such as `Nov 21, 2:14 PM`; `Today, 9:12 AM` for today's."""
    if when is None:
        return ""
    if local(when).date() == today():
        return _("Today, %(time)s", time=time(when))
    return f"{day(when)}, {time(when)}"


def in_sentence(when: datetime | None) -> str:
    """A moment as it stands within a sentence: `today, 9:12 AM`."""
    if when is None or local(when).date() != today():
        return moment(when)
    return _("today, %(time)s", time=time(when))


def short_moment(when: datetime | None) -> str:
    """The time if it was today, else the day."""
    if when is None:
        return ""
    return time(when) if local(when).date() == today() else day(when)


def carrier_time(text: str, fallback: datetime | None) -> str:
    """A checkpoint's own local time, as the carrier wrote it."""
    try:
        there = datetime.fromisoformat(text)
    except ValueError:
        return moment(fallback)
    spoken = language.current()
    skeleton = "MMMd" if there.year == today().year else "yMMMd"
    on = dates.format_skeleton(skeleton, there.date(), locale=spoken)
    return f"{on}, {dates.format_time(there.time(), 'short', locale=spoken)}"


def weekday(when: date) -> str:
    """Such as `Tuesday, November 24`."""
    locale = language.current()
    on = dates.format_skeleton("MMMMd", when, locale=locale)
    return f"{dates.format_date(when, 'EEEE', locale=locale)}, {on}"


def age(since: datetime | None) -> str:
    """How long ago, in the largest unit: `3 days`, `2 hours`, `18 min`."""
    if since is None:
        return ""
    return span(clock.now() - since)


def span(length: timedelta) -> str:
    """How long, in the largest unit."""
    passed = max(length, timedelta())
    if passed >= timedelta(days=1):
        return ngettext("%(n)s day", "%(n)s days", passed.days)
    hours = int(passed / timedelta(hours=1))
    if hours:
        return ngettext("%(n)s hour", "%(n)s hours", hours)
    minutes = int(passed / timedelta(minutes=1))
    return ngettext("%(n)s min", "%(n)s min", max(minutes, 1))


def for_age(since: datetime | None) -> str:
    """Since how long: `for 3 days`."""
    if since is None:
        return ""
    if clock.now() - since < timedelta(minutes=1):
        return _("just now")
    return _("for %(age)s", age=age(since))


def ago(since: datetime | None) -> str:
    """Such as `2 min ago`; `now` under a minute."""
    if since is None:
        return ""
    if clock.now() - since < timedelta(minutes=1):
        return _("just now")
    return _("%(age)s ago", age=age(since))


def country(code: str) -> str:
    """The name of a country by its two letters; anything else as it is."""
    known = Locale.parse(language.current()).territories.get(code.upper())
    return str(known or code)


def money(amount: str, currency: str) -> str:
    """An amount in its currency."""
    try:
        return numbers.format_currency(
            Decimal(amount), currency or "USD", locale=language.current()
        )
    except InvalidOperation:
        return ""


def number(value: float) -> str:
    """A number with the reader's separators."""
    return numbers.format_decimal(value, locale=language.current())


def capital(text: str) -> str:
    """With a large first letter; the rest stays as it is, so that names keep theirs."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share of 1 as a percentage with one digit."""
    return numbers.format_percent(share, "#,##0.0%", locale=language.current())


def unbroken(text: str) -> str:
    """A few words that stay on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


FILTERS = {
    "day": day,
    "time": time,
    "moment": moment,
    "in_sentence": in_sentence,
    "short_moment": short_moment,
    "weekday": weekday,
    "age": age,
    "for_age": for_age,
    "ago": ago,
    "number": number,
    "capital": capital,
    "percent": percent,
    "unbroken": unbroken,
}
