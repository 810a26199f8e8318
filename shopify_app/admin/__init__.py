"""The merchant's pages, embedded in Shopify's admin."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, g

from shopify_app import clock
from shopify_app.admin import (
    advice,
    bulk,
    carriers,
    exports,
    failures,
    formats,
    fulfill,
    home,
    language,
    links,
    mending,
    message_editor,
    message_settings,
    message_words,
    messages,
    notices,
    orders,
    past,
    privacy,
    problems,
    progress,
    ranges,
    setup,
    shipments,
    shopify_texts,
    tracking,
    tracking_links,
    upload_words,
    uploads,
    words,
)
from shopify_app.admin import settings as settings_page
from shopify_app.admin.blueprint import blueprint, unknown_address
from shopify_app.settings import Settings

PAGES = (
    home,
    setup,
    orders,
    fulfill,
    tracking,
    bulk,
    shipments,
    mending,
    progress,
    messages,
    message_editor,
    shopify_texts,
    exports,
    failures,
    carriers,
    uploads,
    privacy,
    settings_page,
    message_settings,
    tracking_links,
)
"""Each adds its routes to the blueprint when it is imported."""

__all__ = ["PAGES", "blueprint", "set_up"]


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
        kept=links.kept,
        date_presets=ranges.presets,
        message_words=message_words,
        now=clock.now,
        past=past,
        problems=problems,
        unsettled_messages=messages.unsettled,
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
