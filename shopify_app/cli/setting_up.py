"""Commands that make the installation ready."""

from __future__ import annotations

import sys

from sqlalchemy import Table

from shopify_app import crypto, database
from shopify_app.actions import accounts, rekeying
from shopify_app.bootstrap import refuse_unmigrated, refusing, wire
from shopify_app.carriers.seventeentrack.client import NAME
from shopify_app.settings import Settings
from webhooks import reports


def migrate(settings: Settings) -> int:
    """Bring the database to the newest schema."""
    with refusing("DATABASE_URL"):
        try:
            database.migrate(settings.database_url)
        except database.Newer as error:
            print(f"retrack: {error}", file=sys.stderr)
            return 1
    return 0


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


def rotate_keys(settings: Settings, *, apply: bool) -> int:
    """Bring what is encrypted to the newest of ENCRYPTION_KEYS; then the older ones can go."""
    wire(settings)
    refuse_unmigrated()
    try:
        total = sum(_renew(table, apply=apply) for table, _ in rekeying.tables())
    except crypto.CannotDecrypt as error:
        print(f"retrack: {error}", file=sys.stderr)
        return 1
    if apply:
        print(f"{total} rows brought under the newest key")
    else:
        print(f"{total} rows are under an older key; --apply renews them")
    return 0


def _renew(table: Table, *, apply: bool) -> int:
    """How many rows of the table were under an older key. Raises CannotDecrypt."""
    total, after, first = 0, None, True
    while after or first:
        first = False
        with database.writing() as session:
            after, old = rekeying.renew(session, table, after, apply=apply)
        total += old
    return total
