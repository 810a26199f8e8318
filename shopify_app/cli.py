"""The command line: what an operator does by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from redis import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import database, queue
from shopify_app.actions import accounts, failures, rekeying
from shopify_app.bootstrap import read_settings, refuse_unmigrated, refusing, wire
from shopify_app.carriers.seventeentrack.client import NAME
from shopify_app.jobs import reconcile as comparing
from shopify_app.jobs import rederive as deriving
from shopify_app.models import Shop, UnknownWord
from shopify_app.settings import Settings
from webhooks import reports


def main(arguments: list[str] | None = None) -> None:
    """Run one command; its exit status is 0 if all is well."""
    parser = argparse.ArgumentParser(prog="python -m shopify_app")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        for option, how in OPTIONS.get(name, {}).items():
            added.add_argument(option, **how)
    chosen = vars(parser.parse_args(arguments))
    command = COMMANDS[chosen.pop("command")]
    sys.exit(command(read_settings(), **chosen))


def migrate(settings: Settings) -> int:
    """Bring the database to the newest schema."""
    with refusing("DATABASE_URL"):
        database.migrate(settings.database_url)
    return 0


def doctor(settings: Settings) -> int:
    """Check the settings, the database and Redis; say what is to be mended."""
    wire(settings)
    database_trouble = _database()
    found = [*_development_settings(settings), *database_trouble, *_redis()]
    for complaint in found:
        print(f"mend: {complaint}")
    for told in [] if database_trouble else [*_unknown_words(), *_set_aside()]:
        print(f"tell us: {told}")
    if not found:
        print("all well")
    return 1 if found else 0


def bounce_address(settings: Settings) -> int:
    """Print the address to which a mail server posts what came back."""
    wire(settings)
    print(f"{settings.app_url}/webhooks/email/{reports.bounce_token()}")
    return 0


def push_address(settings: Settings) -> int:
    """Print the address to paste at 17TRACK for the installation's own key."""
    wire(settings)
    refuse_unmigrated()
    with database.writing() as session:
        accounts.keep_installation_accounts(session, settings.provider_keys)
        account = accounts.of_installation(session, NAME)
        path = f"/webhooks/carriers/{account.provider}/{account.id}" if account else ""
    if not path:
        print("SEVENTEENTRACK_API_KEY is not set", file=sys.stderr)
        return 1
    print(settings.app_url + path)
    return 0


def reconcile(settings: Settings, *, shop: str) -> int:
    """Find what webhooks missed since the last comparison with the store, and take it over."""
    wire(settings)
    refuse_unmigrated()
    with database.reading() as session:
        installed = select(Shop).where(Shop.uninstalled_at.is_(None))
        wanted = installed.where(Shop.domain == shop) if shop else installed
        found = session.scalars(wanted.order_by(Shop.domain)).all()
    if shop and not found:
        print(f"no shop {shop}", file=sys.stderr)
        return 1
    return max((_compare(each) for each in found), default=0)


def _compare(shop: Shop) -> int:
    done = comparing.run_pass(shop.id)
    if done is None:
        print(f"{shop.domain}: nothing to compare yet (the last five minutes are left to webhooks)")
    elif done.ended_at is None or done.error:
        print(f"{shop.domain}: Shopify could not be asked; the workers go on with it")
        return 1
    else:
        print(f"{shop.domain}: {done.seen} orders had changed, {done.missed} of them were missed")
    return 0


def rotate_keys(settings: Settings, *, apply: bool) -> int:
    """Bring what is encrypted to the newest of ENCRYPTION_KEYS; then the older ones can go."""
    wire(settings)
    refuse_unmigrated()
    total = 0
    for table, _ in rekeying.tables():
        after, first = None, True
        while after or first:
            first = False
            with database.writing() as session:
                after, old = rekeying.renew(session, table, after, apply=apply)
            total += old
    if apply:
        print(f"{total} rows brought under the newest key")
    else:
        print(f"{total} rows are under an older key; --apply renews them")
    return 0


def rederive(settings: Settings, *, apply: bool, shop: str) -> int:
    """Derive every status anew from what is stored, after the tables of words changed."""
    wire(settings)
    refuse_unmigrated()
    chosen = deriving.shops(shop)
    if not chosen:
        print(f"no shop {shop}" if shop else "no shop yet", file=sys.stderr)
        return 1 if shop else 0
    total = 0
    for each in chosen:
        for found in deriving.apply(each) if apply else deriving.forecast(each):
            change = f"{found.before} -> {found.after} by {found.source} {found.code}".rstrip()
            print(f"{each.domain} {found.order} {found.number or '(no number)'}: {change}")
            total += 1
    shipments = "1 shipment" if total == 1 else f"{total:,} shipments"
    print(f"{shipments} {'changed' if apply else 'would change; --apply changes them'}")
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "migrate": migrate,
    "doctor": doctor,
    "bounce-address": bounce_address,
    "push-address": push_address,
    "reconcile": reconcile,
    "rederive": rederive,
    "rotate-keys": rotate_keys,
}
"""Each is called with the settings, and with its options by name."""

_APPLY = {"action": "store_true", "help": "write it; else only say what would change"}
_SHOP = {"metavar": "DOMAIN", "default": "", "help": "of this shop alone"}
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "reconcile": {"--shop": _SHOP},
    "rederive": {"--apply": _APPLY, "--shop": _SHOP},
    "rotate-keys": {"--apply": _APPLY},
}
"""What a command may be told besides: each option as `argparse` takes it."""


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


def _set_aside() -> list[str]:
    """What no shop's page of failures shows, since it is of none."""
    with database.reading() as session:
        counts = failures.of_nobody(session)
    return [f"of what {who} reported, {n} could not be applied" for who, n in counts.items()]
