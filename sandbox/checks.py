"""What a field of a control request may hold.

A check takes the value that was sent and returns the one to use, or raises ValueError with what
is wrong; the name of the field comes before it: "drop has to be a number from 0 to 1, not 7".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from sandbox import moments
from sandbox.places import COUNTRY_NAMES

Check = Callable[[Any], Any]
Fields = Mapping[str, Check]

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def wrong(expected: str, value: object) -> ValueError:
    """The error of a value that is not what was expected."""
    shown = json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()
    return ValueError(f"has to be {expected}, not {shown if len(shown) < 80 else shown[:80] + '…'}")


def record(fields: Fields, needed: Collection[str] = ()) -> Check:
    """An object with these fields and no others; what is `needed` has to be there."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong("an object", value)
        unknown = sorted(set(value) - set(fields))
        if unknown:
            takes = f"the fields are {', '.join(fields)}" if fields else "there is nothing to say"
            raise ValueError(f"{', '.join(unknown)}: no such field here, {takes}")
        for name in needed:
            if value.get(name) is None:
                raise ValueError(f"{name} is missing")
        return {name: named(name, fields[name], each) for name, each in value.items()}

    return check


def named(name: str, check: Check, value: object) -> Any:
    """The checked value; an error of the check begins with the name."""
    try:
        return check(value)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from error


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong("a text", value)
    return value


def shaped(pattern: str, expected: str) -> Check:
    """A text of this pattern."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise wrong(expected, value)
        return value

    return check


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong("true or false", value)
    return value


def number(low: float, high: float) -> Check:
    """A number from `low` to `high`, both included."""

    def check(value: Any) -> float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not low <= value <= high:
            raise wrong(f"a number from {low:,} to {high:,}", value)
        return float(value)

    return check


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`, both included."""

    def check(value: Any) -> int:
        fits = isinstance(value, int) and not isinstance(value, bool)
        if not fits or not low <= value <= high:
            raise wrong(f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    return check


def one_of(words: Collection[str]) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise wrong(f"one of {', '.join(words)}", value)
        return value

    return check


def list_of(each: Check, least: int = 0) -> Check:
    """A list of at least so many, each of which passes the check."""

    def check(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) < least:
            raise wrong(f"a list of {least} or more" if least else "a list", value)
        return [named(f"{place}:", each, one) for place, one in enumerate(value, 1)]

    return check


def or_null(check: Check) -> Check:
    """What passes the check, or null for nothing."""
    return lambda value: None if value is None else check(value)


def contact(value: Any) -> str | None:
    """A text; null, an empty text or "none" for nothing."""
    return or_null(text)(value) if value not in ("", "none") else None


def country(value: Any) -> str:
    """The ISO 3166 code of a country given by that code or by its English name."""
    word = text(value).strip().casefold()
    for code, name in COUNTRY_NAMES.items():
        if word in (code.casefold(), name.casefold()):
            return str(code)
    raise wrong("a country's code such as US, or its English name", value)


def zone(value: Any) -> str:
    """The IANA name of a time zone."""
    if text(value) not in available_timezones():
        raise wrong("a zone such as America/New_York", value)
    return str(value)


def moment(value: Any) -> str:
    """A stamp of a moment given by ISO 8601."""
    try:
        return moments.stamp(moments.parse(text(value)))
    except (ValueError, OverflowError):
        raise wrong("a moment such as 2026-11-24T13:00:00Z", value) from None


def duration(value: Any) -> timedelta:
    """Seconds, or a text such as `3d` or `-90m`."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return timedelta(seconds=value)
        match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([smhdw])\w*", text(value), re.ASCII)
        if match:
            return timedelta(**{UNITS[match[2]]: float(match[1])})
    except (ValueError, OverflowError):
        pass
    raise wrong("seconds or a text such as 90m, 6h, 3d", value)


def url(value: Any) -> str:
    """An address of http or https; an empty text for none."""
    try:
        parts = urlsplit(text(value))
        if not value or (parts.scheme in ("http", "https") and parts.hostname):
            return str(value)
    except ValueError:
        pass
    raise wrong("an address that begins with http:// or https://, or empty", value)
