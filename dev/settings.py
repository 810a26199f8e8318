"""The settings that `make run` gives the parts, and the secrets it makes up for one machine."""

from __future__ import annotations

import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
SECRETS: dict[str, Callable[[], str]] = {
    "SHOPIFY_API_KEY": lambda: secrets.token_hex(16),
    "SHOPIFY_API_SECRET": lambda: f"shpss_{secrets.token_hex(16)}",
    "SECRET_KEY": lambda: secrets.token_urlsafe(32),
    "ENCRYPTION_KEYS": lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "SEVENTEENTRACK_API_KEY": lambda: secrets.token_hex(16).upper(),
    "DHL_API_KEY": lambda: secrets.token_hex(16),
    "TWILIO_ACCOUNT_SID": lambda: f"AC{secrets.token_hex(16)}",
    "TWILIO_AUTH_TOKEN": lambda: secrets.token_hex(16),
    "MESSAGE_SECRET": lambda: f"whsec_{b64encode(secrets.token_bytes(32)).decode()}",
    "METRICS_TOKEN": lambda: secrets.token_urlsafe(16),
}


@dataclass(frozen=True)
class Ports:
    """The TCP ports of 127.0.0.1 that the parts listen on."""

    web: int
    sandbox: int
    smtp: int


def for_parts(user: Mapping[str, str], ports: Ports, var: Path) -> dict[str, str]:
    """The environment of every part: what the user has set wins over what is made up here.

    REDIS_URL is not among it; a setting given as NAME_FILE counts as set. With TEXTS=gateway texts
    go to the sandbox's gateway, not to its Twilio.
    """
    sandbox = f"http://{HOST}:{ports.sandbox}"
    ours = {
        "APP_URL": f"http://{HOST}:{ports.web}",
        "DATABASE_URL": f"sqlite:///{var / 'retrack.sqlite'}",
        "SHOPIFY_ADMIN_URL": sandbox + "/stores/{shop}",
        "SHOPIFY_APP_BRIDGE_URL": f"{sandbox}/app-bridge.js",
        "SEVENTEENTRACK_URL": f"{sandbox}/17track/track/v2.4",
        "DHL_URL": f"{sandbox}/dhl",
        "SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
        "MAIL_FROM": "Retrack <shipping@retrack.example>",
        "TWILIO_URL": f"{sandbox}/twilio",
        "TWILIO_FROM": "+15005550006",
        "DEV_CLOCK_URL": f"{sandbox}/clock",
        "DEV_FRAME_ANCESTORS": sandbox,
        "PYTHONUNBUFFERED": "1",
        **_kept_secrets(var / "dev.env"),
    }
    if user.get("TEXTS") == "gateway":
        ours |= {"MESSAGE_URL": f"{sandbox}/gateway", "TWILIO_ACCOUNT_SID": ""}
    missing = {name: value for name, value in ours.items() if not is_set(user, name)}
    # A proxy of the user's is for the outside world; the parts are all on this machine.
    direct = f"{user.get('no_proxy', user.get('NO_PROXY', ''))},{HOST},localhost".lstrip(",")
    return {**user, **missing, "no_proxy": direct, "NO_PROXY": direct}


def is_set(environ: Mapping[str, str], name: str) -> bool:
    """Whether a setting is there, as NAME or as NAME_FILE."""
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def value(environ: Mapping[str, str], name: str) -> str:
    """A setting that is there, as NAME or in the file of NAME_FILE. Raises OSError."""
    path = environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else environ[name]


def _kept_secrets(path: Path) -> dict[str, str]:
    """The secrets of this machine, made up once and readable by their owner alone."""
    lines = path.read_text().splitlines() if path.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    added = {name: make() for name, make in SECRETS.items() if name not in kept}
    if added:
        path.touch(mode=0o600)
        with path.open("a") as file:
            file.writelines(f"{name}={secret}\n" for name, secret in added.items())
    return {**kept, **added}
