"""The command that says what is to be mended."""

from __future__ import annotations

import re

from redis import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import crypto, database, queue
from shopify_app.actions import failures, rekeying
from shopify_app.bootstrap import unusable, wire
from shopify_app.domain import scopes
from shopify_app.models import UnknownWord
from shopify_app.outgoing import email
from shopify_app.settings import DEFAULT_SCOPES, Settings

API_VERSION = re.compile(r"20\d\d-(01|04|07|10)|unstable")
MIGRATE = "mend the path, or run python -m shopify_app migrate, which makes it"


def doctor(settings: Settings) -> int:
    """Check the settings, the database, Redis and the mail server; say what is to be mended."""
    wire(settings)
    database_trouble = _database() or _keys()
    of_settings = [*_development_settings(settings), *_shopify(settings), *_twilio(settings)]
    found = [*of_settings, *database_trouble, *_redis(), *_mail_server(settings)]
    for complaint in found:
        print(f"mend: {complaint}")
    for note in _written_into_files(settings):
        print(f"know: {note}")
    for told in [] if database_trouble else [*_unknown_words(), *_set_aside()]:
        print(f"tell us: {told}")
    if not found:
        print("all well")
    return 1 if found else 0


def _development_settings(settings: Settings) -> list[str]:
    found = []
    if settings.dev_clock_url:
        found.append("DEV_CLOCK_URL is set: the clock is not the real one")
    if settings.dev_frame_ancestors:
        found.append("DEV_FRAME_ANCESTORS is set: another site may frame the app")
    if not settings.app_url.startswith("https://"):
        found.append("APP_URL does not start with https://")
    return found


def _written_into_files(settings: Settings) -> list[str]:
    """What would reach no customer: right while one tries it out, so no trouble."""
    found = []
    if not settings.smtp_url:
        found.append("SMTP_URL is not set: mails are written into var/mails and reach nobody")
    if not (settings.message_url or settings.twilio_account_sid):
        found.append(
            "no account for texts is set: they are written into var/texts and reach nobody"
        )
    return found


def _shopify(settings: Settings) -> list[str]:
    found = []
    if not API_VERSION.fullmatch(settings.shopify_api_version):
        found.append("SHOPIFY_API_VERSION has to be a version of Shopify's, such as 2026-10")
    if lacking := scopes.missing(DEFAULT_SCOPES, settings.shopify_scopes):
        found.append(f"SHOPIFY_SCOPES lacks {', '.join(lacking)}")
    return found


def _twilio(settings: Settings) -> list[str]:
    """An account that is half set sends nothing."""
    if not settings.twilio_account_sid:
        return []
    beside = {
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_FROM": settings.twilio_from,
    }
    missing = [name for name, value in beside.items() if not value]
    return [f"TWILIO_ACCOUNT_SID is set and {name} is not: no text goes out" for name in missing]


def _mail_server(settings: Settings) -> list[str]:
    if not settings.smtp_url:
        return []
    try:
        email.reach(settings.smtp_url)
    except OSError as error:
        why = f"no mail server answers there ({type(error).__name__})"
        return [f"SMTP_URL cannot be used: {why}; check host, port and firewall"]
    return []


def _database() -> list[str]:
    try:
        migrated = database.is_migrated()
    except OSError as error:
        return [f"{unusable('DATABASE_URL', error)}; {MIGRATE}"]
    except SQLAlchemyError as error:
        return [f"{unusable('DATABASE_URL', error)}; start it, or mend the address"]
    return [] if migrated else ["the database is not migrated: run python -m shopify_app migrate"]


def _keys() -> list[str]:
    try:
        with database.reading() as session:
            rekeying.check(session)
    except crypto.CannotDecrypt as error:
        return [str(error)]
    return []


def _redis() -> list[str]:
    try:
        queue.redis().ping()
    except RedisError as error:
        return [f"{unusable('REDIS_URL', error)}; start it, or mend the address"]
    return []


def _unknown_words() -> list[str]:
    with database.reading() as session:
        words = session.scalars(select(UnknownWord).order_by(UnknownWord.count.desc()))
        return [f"{w.source} says {w.word}, {w.count} times so far" for w in words]


def _set_aside() -> list[str]:
    """What no shop's page of failures shows, since it is of none."""
    with database.reading() as session:
        counts = failures.of_nobody(session)
    return [f"of what {who} reported, {n} could not be applied" for who, n in counts.items()]
