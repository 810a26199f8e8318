"""How each stand-in behaves at the moment: well, or failing in one of its documented ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.database import Database, Json

HTTP_MODES = ("ok", "down", "hang", "wrong_key", "rate")
MODES: dict[str, tuple[str, ...]] = {
    "shopify": ("ok", "down", "hang", "rate"),
    "17track": (*HTTP_MODES, "quota_out"),
    "dhl": HTTP_MODES,
    "mail": ("ok", "down", "busy", "reject", "drop"),
    "twilio": (*HTTP_MODES, "drop"),
}
DEFAULTS: dict[str, Json] = {
    "shopify": {"mode": "ok", "hang_seconds": 20, "points": 4000, "restore_rate": 200},
    "17track": {
        "mode": "ok",
        "hang_seconds": 20,
        "push_url": "",
        "quota_total": 2000,
        "first_sync_seconds": 2,
    },
    "dhl": {"mode": "ok", "hang_seconds": 20, "calls_a_day": 250},
    "mail": {"mode": "ok"},
    "twilio": {"mode": "ok", "hang_seconds": 20, "inbound_url": ""},
}


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
        """Set some settings and return all. Raises ValueError for one that does not fit."""
        settings = self.settings(provider)
        for name, value in changes.items():
            _check(provider, name, value)
        settings |= changes
        self._database.set_setting(f"provider {provider}", settings)
        if provider in self.listeners:
            self.listeners[provider]()
        return settings


def _check(provider: str, name: str, value: object) -> None:
    default = DEFAULTS[provider].get(name)
    if default is None:
        raise ValueError(f"{provider} has no setting {name!r}, but {', '.join(DEFAULTS[provider])}")
    if name == "mode" and value not in MODES[provider]:
        raise ValueError(f"the modes of {provider} are {', '.join(MODES[provider])}")
    numeric = isinstance(default, int)
    if not isinstance(value, int | float if numeric else str) or isinstance(value, bool):
        raise ValueError(f"{name} has to be {'a number' if numeric else 'a text'}")
