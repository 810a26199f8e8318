"""How each stand-in behaves at the moment: well, or failing in one of its documented ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import checks
from sandbox.database import Database, Json

HTTP_MODES = ("ok", "down", "hang", "wrong_key", "rate")
MODES: dict[str, tuple[str, ...]] = {
    "shopify": ("ok", "down", "hang", "rate"),
    "17track": (*HTTP_MODES, "quota_out"),
    "dhl": HTTP_MODES,
    "mail": ("ok", "down", "busy", "reject", "drop"),
    "twilio": (*HTTP_MODES, "drop"),
    "gateway": (*HTTP_MODES, "drop"),
}
BULK = ("ok", "fail", "limit", "expired")
"""How bulk queries go: well, FAILED, refused for their number, or with a file nobody may read."""
DEFAULTS: dict[str, Json] = {
    "shopify": {
        "mode": "ok",
        "hang_seconds": 20,
        "points": 4000,
        "restore_rate": 200,
        "bulk": "ok",
        "bulk_seconds": 3,
    },
    "17track": {
        "mode": "ok",
        "hang_seconds": 20,
        "push_url": "",
        "quota_total": 2000,
        "first_sync_seconds": 2,
    },
    "dhl": {"mode": "ok", "hang_seconds": 20, "calls_a_day": 250},
    "mail": {"mode": "ok", "bounce_url": ""},
    "twilio": {"mode": "ok", "hang_seconds": 20, "inbound_url": ""},
    "gateway": {"mode": "ok", "hang_seconds": 20},
}
_LIMITS: checks.Fields = {
    "hang_seconds": checks.number(0, 600),
    "points": checks.whole(1, 1_000_000),
    "restore_rate": checks.number(0, 1_000_000),
    "bulk": checks.one_of(BULK),
    "bulk_seconds": checks.number(0, 1_000_000),
    "push_url": checks.url,
    "bounce_url": checks.url,
    "quota_total": checks.whole(0, 1_000_000),
    "first_sync_seconds": checks.number(0, 86_400),
    "calls_a_day": checks.whole(0, 1_000_000),
    "inbound_url": checks.url,
}
FIELDS: dict[str, checks.Fields] = {
    name: {field: _LIMITS.get(field) or checks.one_of(MODES[name]) for field in defaults}
    for name, defaults in DEFAULTS.items()
}
"""What each setting of a stand-in may be."""


class Providers:
    """The settings of the stand-ins, kept over a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.listeners: dict[str, Callable[[], None]] = {}
        """Who is told when the settings of a provider change."""

    def settings(self, provider: str) -> Json:
        """All settings of a provider. Raises KeyError if there is no such provider."""
        changed: Json = self._database.setting(f"provider {provider}", {})
        return DEFAULTS[provider] | changed

    def get(self, provider: str, name: str) -> Any:
        return self.settings(provider)[name]

    def change(self, provider: str, changes: Json) -> Json:
        """Set some settings, checked by `FIELDS`, and return all."""
        settings = self.settings(provider) | changes
        self._database.set_setting(f"provider {provider}", settings)
        if provider in self.listeners:
            self.listeners[provider]()
        return settings
