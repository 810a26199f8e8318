"""The command that says what is to be mended."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app import database, health
from shopify_app.actions import failures
from shopify_app.bootstrap import wire
from shopify_app.models import UnknownWord
from shopify_app.settings import Settings


def doctor(settings: Settings) -> int:
    """Check the settings, the database and Redis; say what is to be mended."""
    wire(settings)
    database_trouble = _database()
    found = [*_development_settings(settings), *database_trouble, *_redis()]
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


def _database() -> list[str]:
    why = health.of_database()
    if why == health.NOT_MIGRATED:
        return ["the database is not migrated"]
    return [f"the database does not answer ({why})"] if why else []


def _redis() -> list[str]:
    why = health.of_redis()
    return [f"Redis does not answer ({why})"] if why else []


def _unknown_words() -> list[str]:
    with database.reading() as session:
        words = session.scalars(select(UnknownWord).order_by(UnknownWord.count.desc()))
        return [f"{w.source} says {w.word}, {w.count} times so far" for w in words]


def _set_aside() -> list[str]:
    """What no shop's page of failures shows, since it is of none."""
    with database.reading() as session:
        counts = failures.of_nobody(session)
    return [f"of what {who} reported, {n} could not be applied" for who, n in counts.items()]
