"""The settings of the installation, read once from the environment. Nothing else reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shopify_app.environment import BadSetting, Reader

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the product, wherever it is started."""
DEFAULT_SCOPES = (
    "read_orders,read_customers,read_locales,read_fulfillments,write_fulfillments,"
    "read_merchant_managed_fulfillment_orders,write_merchant_managed_fulfillment_orders"
)
FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
GATEWAY_SECRET = re.compile(
    r"whsec_[A-Za-z0-9+/]{32}([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
)
"""Of 24 bytes or more, as Standard Webhooks has it."""
LOG_LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")
LOCAL = {"localhost", "127.0.0.1", "::1"}
SECRETS = (
    "SHOPIFY_API_SECRET",
    "SHOPIFY_API_SECRET_OLD",
    "SECRET_KEY",
    "METRICS_TOKEN",
    "MESSAGE_SECRET",
    "TWILIO_AUTH_TOKEN",
    "SEVENTEENTRACK_API_KEY",
    "DHL_API_KEY",
)
"""Beside ENCRYPTION_KEYS."""
OWN_SECRETS = {"SECRET_KEY": 32, "METRICS_TOKEN": 16}
"""Those that no service gives out, and how long they are at least."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the installation, checked. Addresses carry no slash at the end."""

    shopify_api_key: str
    shopify_api_secret: str
    shopify_api_secret_old: str
    shopify_scopes: str
    shopify_api_version: str
    shopify_admin_url: str
    shopify_app_bridge_url: str
    app_url: str
    secret_key: str
    encryption_keys: tuple[str, ...]
    database_url: str
    redis_url: str
    seventeentrack_url: str
    seventeentrack_api_key: str
    dhl_url: str
    dhl_api_key: str
    smtp_url: str
    mail_from: str
    twilio_url: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_from: str
    message_url: str
    message_secret: str
    retain_customer_days: int
    retain_inbox_days: int
    log_level: str
    log_format: str
    sentry_dsn: str
    metrics_token: str
    web_workers: int
    trusted_proxies: int
    dev_clock_url: str
    dev_frame_ancestors: str

    @property
    def provider_keys(self) -> dict[str, str]:
        """The installation's own key at each provider, empty where it has none."""
        return {"dhl": self.dhl_api_key, "17track": self.seventeentrack_api_key}

    @property
    def api_secrets(self) -> tuple[str, ...]:
        """The secrets that Shopify may sign with, the current one first.

        It signs webhooks with the oldest one that is not revoked, and for up to an hour after that
        (shopify.dev, "Rotate or revoke client credentials"); its own libraries take id tokens and
        the answers of the code grant by either as well. Tokens are asked for by the current alone.
        """
        both = (self.shopify_api_secret, self.shopify_api_secret_old)
        return tuple(secret for secret in both if secret)

    @property
    def webhook_secrets(self) -> tuple[bytes, ...]:
        """The same, as webhooks are signed with them."""
        return tuple(secret.encode() for secret in self.api_secrets)


def load(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting. Raises BadSetting with one line that says what to mend."""
    read = Reader(environ)
    settings = Settings(
        shopify_api_key=read.required("SHOPIFY_API_KEY", "the client id of the app"),
        shopify_api_secret=read.required("SHOPIFY_API_SECRET", "the client secret of the app"),
        shopify_api_secret_old=read.text("SHOPIFY_API_SECRET_OLD"),
        shopify_scopes=read.text("SHOPIFY_SCOPES", DEFAULT_SCOPES),
        shopify_api_version=read.text("SHOPIFY_API_VERSION", "2026-10"),
        shopify_admin_url=read.url("SHOPIFY_ADMIN_URL", "https://{shop}"),
        shopify_app_bridge_url=read.url(
            "SHOPIFY_APP_BRIDGE_URL", "https://cdn.shopify.com/shopifycloud/app-bridge.js"
        ),
        app_url=read.required_url(
            "APP_URL", "the address under which Shopify opens the app", ("https", "http")
        ),
        secret_key=read.required("SECRET_KEY", "a long random text that signs cookies and links"),
        encryption_keys=_encryption_keys(read),
        database_url=read.url(
            "DATABASE_URL",
            f"sqlite:///{ROOT / 'var/retrack.sqlite'}",
            ("postgresql", "postgres", "postgresql+psycopg", "sqlite"),
        ),
        redis_url=read.required_url(
            "REDIS_URL",
            "redis://host:6379/0 or unix:///path/to.sock?db=0",
            ("redis", "rediss", "unix"),
        ),
        seventeentrack_url=read.url("SEVENTEENTRACK_URL", "https://api.17track.net/track/v2.4"),
        seventeentrack_api_key=read.text("SEVENTEENTRACK_API_KEY"),
        dhl_url=read.url("DHL_URL", "https://api-eu.dhl.com"),
        dhl_api_key=read.text("DHL_API_KEY"),
        smtp_url=read.url("SMTP_URL", "", ("smtp", "smtps")),
        mail_from=read.address("MAIL_FROM", "orders@localhost"),
        twilio_url=read.url("TWILIO_URL", "https://api.twilio.com"),
        twilio_account_sid=read.text("TWILIO_ACCOUNT_SID"),
        twilio_auth_token=read.text("TWILIO_AUTH_TOKEN"),
        twilio_from=read.text("TWILIO_FROM"),
        message_url=read.url("MESSAGE_URL", ""),
        message_secret=read.text("MESSAGE_SECRET"),
        retain_customer_days=read.number("RETAIN_CUSTOMER_DAYS", 365),
        retain_inbox_days=read.number("RETAIN_INBOX_DAYS", 30),
        log_level=read.one_of("LOG_LEVEL", LOG_LEVELS),
        log_format=read.one_of("LOG_FORMAT", LOG_FORMATS),
        sentry_dsn=read.url("SENTRY_DSN", ""),
        metrics_token=read.text("METRICS_TOKEN"),
        web_workers=read.number("WEB_WORKERS", 1),
        trusted_proxies=read.number("TRUSTED_PROXIES", 1, least=0),
        dev_clock_url=read.url("DEV_CLOCK_URL", ""),
        dev_frame_ancestors=read.url("DEV_FRAME_ANCESTORS", ""),
    )
    read.refuse_missing()
    _refuse_weak_secrets(settings)
    _refuse_shared_secrets(settings)
    _check_gateway(settings)
    return settings


def _encryption_keys(read: Reader) -> tuple[str, ...]:
    text = read.required("ENCRYPTION_KEYS", "one or more Fernet keys, the newest first")
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if not text:
        return ()
    if not keys or not all(FERNET_KEY.fullmatch(key) for key in keys):
        raise BadSetting("ENCRYPTION_KEYS: each key has to be 44 signs of URL-safe base64")
    return keys


def _refuse_shared_secrets(settings: Settings) -> None:
    """A cookie signed with the API secret would pass as a webhook's signature, and vice versa."""
    given = [(name, getattr(settings, name.lower())) for name in SECRETS]
    given += [("ENCRYPTION_KEYS", key) for key in settings.encryption_keys]
    named: dict[str, str] = {}
    for name, secret in given:
        bare = secret.removeprefix("whsec_").rstrip("=")
        if bare in named:
            raise BadSetting(f"{name} and {named[bare]} have to differ: each secret has one use")
        if bare:
            named[bare] = name


def _refuse_weak_secrets(settings: Settings) -> None:
    """What somebody made up themselves must not be guessed."""
    for name, least in OWN_SECRETS.items():
        value = getattr(settings, name.lower())
        if value and len(value) < least:
            raise BadSetting(f"{name} has to be random, of {least} signs or more")


def _check_gateway(settings: Settings) -> None:
    """Texts and numbers go there: only over TLS, but to this machine, and signed."""
    if not settings.message_url:
        return
    parts = urlsplit(settings.message_url)
    if not parts.hostname or (parts.scheme == "http" and parts.hostname not in LOCAL):
        raise BadSetting("MESSAGE_URL has to start with https:// (http:// for localhost alone)")
    if settings.twilio_account_sid:
        raise BadSetting("MESSAGE_URL and TWILIO_ACCOUNT_SID cannot both be set: texts go one way")
    if not GATEWAY_SECRET.fullmatch(settings.message_secret):
        raise BadSetting("MESSAGE_SECRET has to be whsec_ and the base64 of 24 bytes or more")
