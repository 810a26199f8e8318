"""The command line: what an operator does by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from redis import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import database, queue
from shopify_app.actions import accounts
from shopify_app.bootstrap import read_settings, refuse_unmigrated, wire
from shopify_app.carriers.seventeentrack.client import NAME
from shopify_app.models import UnknownWord
from shopify_app.settings import Settings


def main(arguments: list[str] | None = None) -> None:
    """Run one command; its exit status is 0 if all is well."""
    parser = argparse.ArgumentParser(prog="python -m shopify_app")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__, description=command.__doc__)
    chosen = parser.parse_args(arguments)
    sys.exit(COMMANDS[chosen.command](read_settings()))


def migrate(settings: Settings) -> int:
    """Bring the database to the newest schema."""
    database.migrate(settings.database_url)
    return 0


def doctor(settings: Settings) -> int:
    """Check the settings, the database and Redis; say what is to be mended."""
    wire(settings)
    database_trouble = _database()
    found = [*_development_settings(settings), *database_trouble, *_redis()]
    for complaint in found:
        print(f"mend: {complaint}")
    for told in [] if database_trouble else _unknown_words():
        print(f"tell us: {told}")
    if not found:
        print("all well")
    return 1 if found else 0


def push_address(settings: Settings) -> int:
    """Print the address to paste at 17TRACK for the installation's own key."""
    wire(settings)
    refuse_unmigrated()
    with database.writing() as session:
        accounts.keep_installation_account(session, NAME, settings.seventeentrack_api_key)
        account = accounts.installation_account(session)
        path = f"/webhooks/carriers/{account.provider}/{account.id}" if account else ""
    if not path:
        print("SEVENTEENTRACK_API_KEY is not set", file=sys.stderr)
        return 1
    print(settings.app_url + path)
    return 0


COMMANDS: dict[str, Callable[[Settings], int]] = {
    "migrate": migrate,
    "doctor": doctor,
    "push-address": push_address,
}


def _development_settings(settings: Settings) -> list[str]:
    found = []
    if settings.dev_clock_url:
        found.append("DEV_CLOCK_URL is set: the clock is not the real one")
    if settings.dev_frame_ancestors:
        found.append("DEV_FRAME_ANCESTORS is set: another site may frame the app")
    if not settings.app_url.startswith("https://"):
        found.append("APP_URL does not start with https://")
    return found


def _database() -> list[str]:
    try:
        return [] if database.is_migrated() else ["the database is not migrated"]
    except SQLAlchemyError as error:
        return [f"the database does not answer ({type(error).__name__})"]


def _redis() -> list[str]:
    try:
        queue.redis().ping()
    except RedisError as error:
        return [f"Redis does not answer ({type(error).__name__})"]
    return []


def _unknown_words() -> list[str]:
    with database.reading() as session:
        words = session.scalars(select(UnknownWord).order_by(UnknownWord.count.desc()))
        return [f"{w.source} says {w.word}, {w.count} times so far" for w in words]
