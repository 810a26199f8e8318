"""The only wiring: fills the handles of the modules, for web, workers and the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from shopify_app import admin, asgi, auth, clock, crypto, database, health, observe, queue
from shopify_app.actions import accounts
from shopify_app.carriers import registry
from shopify_app.carriers.seventeentrack import client as seventeentrack
from shopify_app.jobs import prepare
from shopify_app.outgoing import email, sms
from shopify_app.settings import BadSetting, Settings, load
from shopify_app.shopify import client, oauth
from webhooks import receive

A_YEAR = 365 * 24 * 3600
"""For static files: their addresses change with what is in them."""
VAR = Path("var")
"""Where mails and texts go while no server and no account is set."""


class App(Flask):
    """The web application, for a WSGI and for an ASGI server alike.

    Under ASGI deliveries of Shopify take a shorter way than through Flask, to the same end.
    """

    def __call__(self, *args: Any) -> Any:
        return self.asgi(*args) if len(args) == 3 else super().__call__(*args)

    async def asgi(self, scope: asgi.Scope, receive_: asgi.Receive, send: asgi.Send) -> None:
        """One ASGI request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await asgi.lifespan(receive_, send)
        elif scope["path"] == receive.PATH and scope["method"] == "POST":
            await receive.receive(scope, receive_, send)
        else:
            await asgi.bridge(super().__call__, scope, receive_, send)


def read_settings() -> Settings:
    """The settings of this process. Ends it with one line if one cannot be used."""
    try:
        return load(os.environ)
    except BadSetting as error:
        raise SystemExit(f"retrack: {error}") from error


def wire(settings: Settings) -> None:
    """Fill every module's handle from the settings."""
    observe.configure(settings.log_level)
    if settings.dev_clock_url:
        clock.use(clock.FollowedClock(settings.dev_clock_url))
    crypto.configure(settings.encryption_keys, settings.secret_key)
    database.configure(settings.database_url)
    queue.configure(settings.redis_url)
    client.configure(settings.shopify_admin_url, settings.shopify_api_version)
    oauth.configure(settings.shopify_api_key, settings.shopify_api_secret)
    registry.configure(
        {seventeentrack.NAME: partial(seventeentrack.SeventeenTrack, settings.seventeentrack_url)}
    )
    prepare.configure(_ways(settings))
    receive.configure(settings.webhook_secrets)


def refuse_unmigrated() -> None:
    """End the process with one line if the database has not this code's schema."""
    if not database.is_migrated():
        raise SystemExit("retrack: the database is not migrated: run python -m shopify_app migrate")


def build_web(settings: Settings | None = None) -> App:
    """The web application, wired."""
    settings = settings or read_settings()
    wire(settings)
    app = App("shopify_app", static_folder="static", template_folder=_templates())
    app.secret_key = settings.secret_key
    app.config.update(SEND_FILE_MAX_AGE_DEFAULT=A_YEAR, MAX_CONTENT_LENGTH=asgi.LARGEST_BODY)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    admin.set_up(app, settings)
    auth.set_up(app, settings)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def build_worker() -> Settings:
    """Make this process ready to be a worker; the installation's own key is taken over."""
    settings = read_settings()
    wire(settings)
    refuse_unmigrated()
    with database.writing() as session:
        key = settings.seventeentrack_api_key
        accounts.keep_installation_account(session, seventeentrack.NAME, key)
    return settings


def _blueprints() -> Iterable[Any]:
    return (receive.blueprint, health.blueprint, auth.blueprint, admin.blueprint)


def _templates() -> str:
    return str(database.ROOT / "templates")


def _ways(settings: Settings) -> prepare.Ways:
    send_text = sms.sender(
        settings.twilio_url,
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        VAR / "texts",
    )
    return prepare.Ways(
        email=email.sender(settings.smtp_url, VAR / "mails"),
        sms=send_text,
        mail_from=settings.mail_from,
        sms_from=settings.twilio_from,
    )
