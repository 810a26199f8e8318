"""A store that installed the app: its tokens, its settings, how far its import is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app import clock
from shopify_app.domain import tracking_url
from shopify_app.domain.facts import Tokens
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.timing import DEFAULTS, Quiet, Timing
from shopify_app.models.base import Base, Plain, Secret, Word

WRITE_ORDERS = "write_orders"
"""The optional scope that tags and metafields of an order take."""
READ_ALL_ORDERS = "read_all_orders"
"""The optional scope without which a store shows the orders of the last 60 days alone."""
RENEWED_AFTER = timedelta(days=30)
"""A pair nobody used for so long is renewed: a third of the 90 days that a refresh token lives."""
MIGRATED_AFTER = timedelta(minutes=5)
"""A token that does not expire is soon exchanged for a pair that does."""
ImportState = Literal["waiting", "running", "done", "failed", "stopped"]
"""How far the import of a store's earlier orders is; `stopped`: the store left."""


class Shop(Base):
    """One store, keyed by Shopify's id: a domain can change, and webhooks still come under the
    `former_domain` for a while.

    `token_due_at` is when the pair is renewed whether it is used or not; `token_refused_at` since
    when Shopify refuses it, so that the merchant has to open the app. Since `mail_refused_at`,
    `sms_refused_at` our name and password, or the shop's sender, are refused.

    `catch_up`: parcels of before an install, or of before a new key, wait to be followed. `wanted`:
    they are counted; `asked`: it would take more than is left, and the merchant is to say.

    `set_up_at`: all was set up, and the merchant put the list of it away.

    `told_events`: the messages beyond the confirmation that are switched on, by event and channel,
    each with the moment since when; what happened before is not told afterwards. `timings`: how a
    message waits, `[minutes, quiet from, until]` by event and channel, where it is not as usual.
    `first_scan_days`: a confirmation waits so long for the carrier's first scan, 0: not at all.
    `announces_unnumbered`: a fulfillment without a number is confirmed, too. `retime_at`: some of
    this was changed, and what waits is timed anew, then the messages after the id `retime_after`.

    The import reads what was placed since `import_since`. `import_due_at` is when it goes on, and
    the lease of who is at it. By bulk operation: `import_operation` is its id, `import_listed` how
    many orders Shopify has found so far, `import_place` how many bytes of its file have been
    applied. Or, if it is `import_paged`, by pages: `import_cursor` is the next one.
    `import_expected` is about how many orders there are.

    `carrier_urls`: tracking URLs that stand in for `tracking_url`, by the carrier's name.
    `restored_at`: when the database was last brought back from a backup. What happened before that
    may have been told already, by what is not in it.

    `sms_plain`: texts go out without accents. `test_phone`: where the merchant's tests go, E.164.
    """

    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    domain: Mapped[str] = mapped_column(unique=True)
    former_domain: Mapped[Word]
    name: Mapped[Word]
    email: Mapped[Word]
    contact_email: Mapped[Word]
    address: Mapped[Word]
    storefront: Mapped[Word]
    timezone: Mapped[str] = mapped_column(default="UTC")
    currency: Mapped[Word]
    locale: Mapped[str] = mapped_column(default="en")

    described_at: Mapped[datetime | None]

    installed_at: Mapped[datetime]
    uninstalled_at: Mapped[datetime | None]
    last_webhook_at: Mapped[datetime | None]

    # The pair is written whole; whoever refreshes it holds the lease.
    access_token: Mapped[Secret]
    access_expires_at: Mapped[datetime | None]
    refresh_token: Mapped[Secret]
    refresh_expires_at: Mapped[datetime | None]
    scopes: Mapped[Word]
    scopes_at: Mapped[datetime | None]
    token_leased_until: Mapped[datetime | None]
    token_refused_at: Mapped[datetime | None]
    token_due_at: Mapped[datetime | None]

    notify: Mapped[bool] = mapped_column(default=False)
    notify_since: Mapped[datetime | None]
    notify_by: Mapped[str] = mapped_column(default="retrack")
    notify_email: Mapped[bool] = mapped_column(default=True)
    notify_sms: Mapped[bool] = mapped_column(default=True)
    set_up_at: Mapped[datetime | None]
    told_events: Mapped[dict[str, Any]] = mapped_column(default=dict)
    timings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    first_scan_days: Mapped[int] = mapped_column(default=0)
    announces_unnumbered: Mapped[bool] = mapped_column(default=False)
    retime_at: Mapped[datetime | None]
    retime_after: Mapped[int] = mapped_column(BigInteger, default=0)
    digest: Mapped[Word]
    digest_at: Mapped[datetime | None]
    told_at_once: Mapped[bool] = mapped_column(default=True)
    classic_look: Mapped[bool] = mapped_column(default=False)
    tracking_url: Mapped[str] = mapped_column(default=tracking_url.DEFAULT)
    carrier_urls: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sms_plain: Mapped[bool] = mapped_column(default=False)
    test_phone: Mapped[Secret]
    sender_name: Mapped[Word]
    mail_from: Mapped[Word]
    reply_to: Mapped[Word]
    sms_from: Mapped[Word]
    mail_refused_at: Mapped[datetime | None]
    sms_refused_at: Mapped[datetime | None]
    write_back: Mapped[bool] = mapped_column(default=True)
    write_links: Mapped[bool] = mapped_column(default=False)
    write_metafield: Mapped[bool] = mapped_column(default=False)
    write_tags: Mapped[bool] = mapped_column(default=False)

    catch_up: Mapped[Word]

    import_state: Mapped[ImportState] = mapped_column(Plain, default="waiting")
    import_since: Mapped[datetime | None]
    import_paged: Mapped[bool] = mapped_column(default=False)
    import_cursor: Mapped[Word]
    import_operation: Mapped[Word]
    import_place: Mapped[int] = mapped_column(BigInteger, default=0)
    import_listed: Mapped[int] = mapped_column(default=0)
    import_expected: Mapped[int] = mapped_column(default=0)
    imported_orders: Mapped[int] = mapped_column(default=0)
    import_attempts: Mapped[int] = mapped_column(default=0)
    import_due_at: Mapped[datetime | None]
    import_error: Mapped[Word]
    reconcile_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]
    tidy_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "import_state", "import_due_at"), Index(None, "former_domain"))

    @property
    def installed(self) -> bool:
        """Whether the app is on the store now."""
        return self.uninstalled_at is None

    @property
    def domains(self) -> tuple[str, ...]:
        """The names under which webhooks of the store came."""
        return tuple(filter(None, (self.domain, self.former_domain)))

    @property
    def importing(self) -> bool:
        """Whether its earlier orders are still being read."""
        return self.import_state in {"waiting", "running"}

    @property
    def tells_by(self) -> set[str]:
        """The channels by which Retrack tells this shop's customers now."""
        if not (self.notify and self.notify_by == "retrack"):
            return set()
        channels = {EMAIL: self.notify_email, SMS: self.notify_sms}
        return {channel for channel, on in channels.items() if on}

    @property
    def shopify_tells(self) -> bool:
        """Whether it is Shopify that tells this shop's customers now."""
        return self.notify and self.notify_by == "shopify"

    @property
    def merchant_email(self) -> str:
        """Where mails to the merchant go, and customers' answers unless another address is set."""
        return self.contact_email or self.email

    def tracking_site(self, *carriers: str) -> str:
        """The tracking URL for a parcel whose carrier goes by these names."""
        return tracking_url.of_carrier(self.tracking_url, self.carrier_urls or {}, *carriers)

    def told_since(self, event: str, channel: str) -> datetime | None:
        """Since when customers are told of this event by this channel; None: they are not."""
        since = self.told_events.get(event, {}).get(channel)
        return datetime.fromisoformat(since) if since and channel in self.tells_by else None

    @property
    def may_change_orders(self) -> bool:
        """Whether the store lets the app write to orders: a scope that is asked for when needed."""
        return self._is_granted(WRITE_ORDERS)

    @property
    def may_read_all_orders(self) -> bool:
        """Whether the store shows the app its orders of more than 60 days ago as well."""
        return self._is_granted(READ_ALL_ORDERS)

    def _is_granted(self, scope: str) -> bool:
        return scope in self.scopes.replace(" ", "").split(",")

    @property
    def has_token(self) -> bool:
        """Whether there is a token, or what makes one, that nobody knows to be dead."""
        if not (self.installed and self.access_token) or self.token_refused_at:
            return False
        ends = self.refresh_expires_at if self.refresh_token else self.access_expires_at
        return ends is None or ends > clock.now()

    def timing(self, event: str, channel: str) -> Timing:
        """How a message of this event waits on its way by this channel."""
        stored = self.timings.get(event, {}).get(channel)
        if stored is None:
            return DEFAULTS[channel]
        minutes, start, end = stored
        return Timing(timedelta(minutes=minutes), Quiet(start, end))

    def take_tokens(self, tokens: Tokens) -> None:
        """Write the pair whole; whoever held the lease gives it back."""
        self.access_token, self.access_expires_at = tokens.access, tokens.expires_at
        self.refresh_token, self.refresh_expires_at = tokens.refresh, tokens.refresh_expires_at
        if tokens.scopes:
            self.scopes, self.scopes_at = tokens.scopes, clock.now()
        self.token_leased_until = self.token_refused_at = None
        self.token_due_at = clock.now() + (RENEWED_AFTER if tokens.refresh else MIGRATED_AFTER)
