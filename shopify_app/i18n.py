"""Languages and zones. English is in the source, the others in `locale/<language>.po`."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "vi")
_CATALOGS = Path(__file__).parent / "locale"


def language(*wishes: str) -> str:
    """The first of these locales (`vi-VN`, `en_US`, ...) whose language we speak, else English."""
    for wish in wishes:
        spoken = wish.replace("_", "-").split("-")[0].strip().lower()
        if spoken in LANGUAGES:
            return spoken
    return "en"


def zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC if it is one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def translations(spoken: str) -> gettext.NullTranslations:
    """The words of a language. Read from the text catalog, so that nothing has to be compiled."""
    catalog = _CATALOGS / f"{spoken}.po"
    if not catalog.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with catalog.open("rb") as file:
        write_mo(compiled, read_po(file, locale=spoken))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
