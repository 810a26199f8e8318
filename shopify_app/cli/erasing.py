"""The command that erases a store."""

from __future__ import annotations

import sys

from shopify_app import database
from shopify_app.actions import shops
from shopify_app.bootstrap import refuse_unmigrated, wire
from shopify_app.privacy import erase
from shopify_app.settings import Settings


def erase_shop(settings: Settings, *, domain: str, yes: bool, force: bool) -> int:
    """Erase all that is kept of a store, as Shopify's shop/redact does."""
    wire(settings)
    refuse_unmigrated()
    with database.reading() as session:
        found = shops.by_domain(session, domain)
    if found is None or found.domain != domain:
        print(f"no shop {domain}", file=sys.stderr)
        return 1
    if found.installed and not force:
        print(f"the app is on {domain}: uninstall it there first, or --force", file=sys.stderr)
        return 1
    if not yes and not _is_typed_again(domain):
        print("that is another domain: nothing was erased", file=sys.stderr)
        return 1
    with database.writing() as session:
        gone = shops.by_domain(session, domain)
        if gone is not None and gone.id == found.id:
            erase.shop(session, gone)
    print(f"{domain} is erased; it is still in backups that were made before")
    return 0


def _is_typed_again(domain: str) -> bool:
    try:
        return input(f"All of {domain} will be gone. Type its domain once more: ") == domain
    except EOFError:
        return False
