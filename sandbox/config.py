"""What a sandbox is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_SCOPES = (
    "read_orders,read_customers,read_locales,read_fulfillments,write_fulfillments,"
    "read_merchant_managed_fulfillment_orders,write_merchant_managed_fulfillment_orders"
)


@dataclass(frozen=True, slots=True)
class Config:
    """Addresses, keys and the size of the first store. Ports of 0 mean any free port."""

    app_url: str = "http://127.0.0.1:8000"
    api_key: str = "sandbox-api-key"
    api_secret: str = "sandbox-api-secret"
    scopes: str = DEFAULT_SCOPES
    seventeentrack_key: str = "sandbox-17track-key"
    dhl_key: str = "sandbox-dhl-key"
    twilio_sid: str = "ACsandbox"
    twilio_token: str = "sandbox-twilio-token"
    message_secret: str = "whsec_c2FuZGJveC1nYXRld2F5LXNlY3JldC0wMDAwMDAwMDE="
    host: str = "127.0.0.1"
    port: int = 8001
    smtp_port: int = 8025
    data: Path = Path("var/sandbox.sqlite")
    orders: int = 300
    """How many orders the first store starts with; 0 leaves it empty."""
    seed: int = 17
    quick: int = 3
    """How many of the newest parcels move every 20 to 40 seconds once they are tracked."""
