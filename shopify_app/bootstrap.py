"""The only wiring: fills the handles of the modules, for web, workers and the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from flask import Flask
from redis import RedisError
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from shopify_app import (
    admin,
    asgi,
    auth,
    clock,
    crypto,
    database,
    error_reports,
    health,
    metrics,
    observe,
    queue,
    refusals,
    request_ids,
    unsubscribe,
)
from shopify_app.actions import accounts
from shopify_app.admin import downloads
from shopify_app.carriers import registry
from shopify_app.carriers.dhl import client as dhl
from shopify_app.carriers.seventeentrack import client as seventeentrack
from shopify_app.environment import BadSetting
from shopify_app.jobs import prepare, retain
from shopify_app.outgoing import email, http, render, sms
from shopify_app.settings import ROOT, Settings, load
from shopify_app.shopify import client, oauth
from webhooks import receive, reports
from webhooks.handlers import texts

A_YEAR = 365 * 24 * 3600
"""For static files: their addresses change with what is in them."""
VAR = ROOT / "var"
"""Where mails and texts go while no server and no account is set."""


class App(Flask):
    """The web application, for a WSGI and for an ASGI server alike.

    Under ASGI deliveries of Shopify take a shorter way than through Flask, to the same end.
    """

    def __call__(self, *args: Any) -> Any:
        return self.asgi(*args) if len(args) == 3 else request_ids.wsgi(super().__call__, *args)

    async def _serve(self, scope: asgi.Scope, receive_: asgi.Receive, send: asgi.Send) -> None:
        if scope["path"] == receive.PATH and scope["method"] == "POST":
            await receive.receive(scope, receive_, send)
        else:
            await asgi.bridge(super().__call__, scope, receive_, send)

    async def asgi(self, scope: asgi.Scope, receive_: asgi.Receive, send: asgi.Send) -> None:
        """One ASGI request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await asgi.lifespan(receive_, send)
        else:
            await request_ids.asgi(self._serve, scope, receive_, send)


def read_settings() -> Settings:
    """The settings of this process. Ends it with one line if one cannot be used."""
    try:
        return load(os.environ)
    except BadSetting as error:
        raise SystemExit(f"retrack: {error}") from error


def wire(settings: Settings) -> None:
    """Fill every module's handle from the settings."""
    observe.configure(settings.log_level, settings.log_format)
    error_reports.configure(settings.sentry_dsn)
    if settings.dev_clock_url:
        clock.use(clock.FollowedClock(settings.dev_clock_url))
    crypto.configure(settings.encryption_keys, settings.secret_key)
    with refusing("DATABASE_URL"):
        database.configure(settings.database_url)
    with refusing("REDIS_URL"):
        queue.configure(settings.redis_url)
    client.configure(settings.shopify_admin_url, settings.shopify_api_version)
    oauth.configure(settings.shopify_api_key, settings.shopify_api_secret)
    registry.configure(
        {  # in the order in which they are asked: a carrier's own API costs no quota
            dhl.NAME: partial(dhl.Dhl, settings.dhl_url),
            seventeentrack.NAME: partial(
                seventeentrack.SeventeenTrack, settings.seventeentrack_url
            ),
        }
    )
    prepare.configure(_ways(settings))
    render.configure(settings.shopify_api_key)
    retain.configure(settings.retain_customer_days, settings.retain_inbox_days)
    receive.configure(settings.webhook_secrets)
    secret = settings.message_secret if settings.message_url else ""
    reports.configure(settings.twilio_auth_token, settings.app_url, secret)
    texts.configure(settings.twilio_from)
    metrics.configure(settings.metrics_token)
    refusals.configure(settings.trusted_proxies)


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """End the process with one line, not a traceback, if what the setting points at is no use."""
    try:
        yield
    except (SQLAlchemyError, RedisError, OSError, ValueError) as error:
        raise SystemExit(f"retrack: {unusable(name, error)}") from error


def unusable(name: str, error: Exception) -> str:
    """One line: that what the setting points at is no use, and why."""
    return f"{name} cannot be used: {_reason(error)}"


def _reason(error: Exception) -> str:
    """What is wrong, in one line. An address nobody can read is not quoted: it has a password."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}"
    if isinstance(error, DBAPIError):
        error = cast(Exception, error.orig)
    if isinstance(error, (ArgumentError, ValueError)):
        return "it is no address (in a password, special signs are written as %40 and the like)"
    return str(error).partition("\n")[0]


def refuse_unmigrated() -> None:
    """End the process with one line if the database is away or has not this code's schema."""
    with refusing("DATABASE_URL"):
        migrated = database.is_migrated()
    if not migrated:
        raise SystemExit("retrack: the database is not migrated: run python -m shopify_app migrate")


def build_web(settings: Settings | None = None) -> App:
    """The web application, wired."""
    settings = settings or read_settings()
    wire(settings)
    app = App("shopify_app", static_folder="static", template_folder=_templates())
    app.url_map.merge_slashes = False  # it would redirect to the host that the request names
    app.secret_key = settings.secret_key
    app.config.update(SEND_FILE_MAX_AGE_DEFAULT=A_YEAR, MAX_CONTENT_LENGTH=asgi.LARGEST_BODY)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    admin.set_up(app, settings)
    auth.set_up(app, settings)
    refusals.set_up(app)
    return app


def build_worker() -> Settings:
    """Make this process ready to be a worker; the installation's own key is taken over."""
    settings = read_settings()
    wire(settings)
    refuse_unmigrated()
    with refusing("REDIS_URL"):
        queue.redis().ping()
    with database.writing() as session:
        accounts.keep_installation_accounts(session, settings.provider_keys)
    return settings


def _blueprints() -> Iterable[Any]:
    of_machines = (receive.blueprint, reports.blueprint, health.blueprint, metrics.blueprint)
    return (
        *of_machines,
        unsubscribe.blueprint,
        auth.blueprint,
        admin.blueprint,
        downloads.blueprint,
    )


def _templates() -> str:
    return str(ROOT / "templates")


def _ways(settings: Settings) -> prepare.Ways:
    send_mail = email.sender(settings.smtp_url, VAR / "mails")
    return prepare.Ways(
        email=send_mail,
        rest=send_mail.rest,
        sms=_texts(settings),
        mail_from=settings.mail_from,
        sms_from=settings.twilio_from,
        app_url=settings.app_url,
    )


def _texts(settings: Settings) -> sms.Send:
    """A gateway of one's own, else Twilio's account, else files."""
    if settings.message_url:
        return http.sender(settings.message_url, settings.message_secret)
    account = settings.twilio_account_sid, settings.twilio_auth_token
    return sms.sender(settings.twilio_url, *account, VAR / "texts")
