"""Commands that keep the data: a backup, back from it, over to another database."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import select

from shopify_app import backup as files
from shopify_app import database, database_copy
from shopify_app.actions import restoring
from shopify_app.bootstrap import refuse_unmigrated, refusing, wire
from shopify_app.models import Shop
from shopify_app.settings import Settings


def backup(settings: Settings, *, file: Path) -> int:
    """Write the database into FILE, while all runs on, and read it back."""
    wire(settings)
    refuse_unmigrated()
    try:
        files.save(settings.database_url, file)
    except files.NotDone as why:
        print(f"no backup: {why}", file=sys.stderr)
        return 1
    print(f"{file}: {file.stat().st_size:,} bytes, read back and whole")
    return 0


def restore(settings: Settings, *, file: Path, force: bool) -> int:
    """Bring the database back from FILE, with web and workers stopped; no mail goes out twice."""
    wire(settings)
    try:
        with refusing("DATABASE_URL"):
            files.load(settings.database_url, file, force=force)
            database.migrate(settings.database_url)
    except (files.NotDone, database.Newer) as why:
        print(f"not restored: {why}", file=sys.stderr)
        return 1
    with database.writing() as session:
        found = restoring.settle(session)
    print(f"{file} is restored; shops: {found.shops}.")
    print(
        f"Messages that waited then, and are uncertain as they may have gone out: {found.messages}."
    )
    print("Start web and workers: in five minutes every store is compared with what it has now.")
    return 0


def copy_to(settings: Settings, *, target: str, shop: str) -> int:
    """Copy all data, or one shop's, into another database that is empty, such as PostgreSQL."""
    wire(settings)
    refuse_unmigrated()
    try:
        with refusing("DATABASE_URL of the target"):
            counts = database_copy.copy(database.engine(), target, _shop_id(shop) if shop else None)
    except (database_copy.NotCopied, database.Newer) as why:
        print(f"not copied: {why}", file=sys.stderr)
        return 1
    for table, count in counts.items():
        print(f"{table}: {count:,}")
    print(f"{sum(counts.values()):,} rows are in both databases, table by table")
    return 0


def _shop_id(domain: str) -> int:
    """Raises NotCopied."""
    with database.reading() as session:
        found = session.scalar(select(Shop.id).where(Shop.domain == domain))
    if found is None:
        raise database_copy.NotCopied(f"no shop {domain}")
    return found
