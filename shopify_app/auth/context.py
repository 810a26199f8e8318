"""The settings, as the web application of this request has them."""

from __future__ import annotations

from flask import Flask, current_app

from shopify_app.settings import Settings

_NAME = "RETRACK"


def keep(app: Flask, settings: Settings) -> None:
    """Let the requests of this application find its settings."""
    app.config[_NAME] = settings


def web_settings() -> Settings:
    """The settings of the application that serves this request."""
    settings: Settings = current_app.config[_NAME]
    return settings
