"""The merchant's pages, embedded in Shopify's admin."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, g

from shopify_app import clock
from shopify_app.admin import (
    files,
    formats,
    home,
    language,
    links,
    lists,
    messages,
    notices,
    progress,
    ranges,
    shipment,
    upkeep,
    words,
)
from shopify_app.admin import settings as settings_room
from shopify_app.admin.blueprint import blueprint, unknown_address
from shopify_app.admin.files import words as upload_words
from shopify_app.admin.messages import words as message_words
from shopify_app.admin.shipment import advice, history, problems
from shopify_app.settings import Settings

ROOMS = (home, lists, progress, shipment, messages, settings_room, files, upkeep)
"""Each adds its pages to the blueprint when it is imported."""

__all__ = ["ROOMS", "blueprint", "set_up"]


def set_up(app: Flask, settings: Settings) -> None:
    """Teach the templates the page's language, its formats and what every page needs."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext,
        language.ngettext_raw,
        newstyle=True,
    )
    environment.filters.update(formats.FILTERS)
    environment.trim_blocks = environment.lstrip_blocks = True
    # Globals reach the macros that a template imports; what the context processor adds does not.
    environment.globals.update(
        advice=advice,
        api_key=settings.shopify_api_key,
        app_bridge_url=settings.shopify_app_bridge_url,
        asset_version=_version(Path(app.static_folder or "")),
        formats=formats,
        at=links.at,
        here=links.here,
        history=history,
        kept=links.kept,
        date_presets=ranges.presets,
        message_words=message_words,
        now=clock.now,
        problems=problems,
        unsettled_messages=messages.log.unsettled,
        upload_words=upload_words,
        words=words,
    )

    app.register_error_handler(404, unknown_address)

    @app.context_processor
    def _of_this_visit() -> dict[str, Any]:
        shop = g.get("shop")
        shown = notices.of(shop) if shop else []
        return {"lang": language.current(), "shop": shop, "notices": shown}


def _version(folder: Path) -> str:
    """A text that changes with any static file, so that browsers may keep them for long."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
