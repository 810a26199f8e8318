"""The app comes onto a store: what both ways in do once they have tokens."""

from __future__ import annotations

from sqlalchemy import update

from shopify_app import clock, database, queue
from shopify_app.actions import shops
from shopify_app.domain.facts import Tokens
from shopify_app.models import Inbox
from shopify_app.shopify import admin, client


def install(domain: str, tokens: Tokens) -> None:
    """Ask the store who it is and keep it with its tokens. Raises ShopifyError."""
    facts = admin.shop(domain, tokens.access)
    if facts.domain != domain:
        raise client.Rejected("the store calls itself by another name")
    with database.writing() as session:
        shops.install(session, facts, tokens)
        # Webhooks that came before the app was first opened have waited for this.
        waiting = update(Inbox).where(Inbox.account == domain, Inbox.state == "waiting")
        session.execute(waiting.values(due_at=clock.now()))
        queue.wake_after_commit(session, "inbox")
