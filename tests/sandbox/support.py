"""Those who deal with a sandbox in its tests: an app that listens, and a client that asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

from sandbox.config import Config
from sandbox.server import Sandbox

DOMAIN = "tidewick.myshopify.com"
KEYS = Config()
"""The keys that a sandbox has when none are given."""
EXCHANGE = {
    "client_id": KEYS.api_key,
    "client_secret": KEYS.api_secret,
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
    "expiring": "1",
}


@dataclass
class Heard:
    """One request that the app received."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class App:
    """An app that answers every POST with `status` after `wait` seconds, and remembers it."""

    url: str = ""
    status: int = 200
    wait: float = 0
    heard: list[Heard] = field(default_factory=list)

    def topics(self) -> list[str]:
        return [each.headers["X-Shopify-Topic"] for each in self.heard]


class Client:
    """Talks to a sandbox as the app, a carrier's customer and the control page do."""

    def __init__(self, sandbox: Sandbox, domain: str = DOMAIN) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.admin = f"{sandbox.url}/stores/{domain}"
        self.token = ""

    def beside(self, domain: str) -> Client:
        """Another store, just opened, of which the app has not been opened yet."""
        self.control("stores", domain=domain)
        return Client(self.sandbox, domain)

    def control(self, path: str, **body: Any) -> Any:
        """Post to the control API; it has to agree."""
        answer = requests.post(f"{self.sandbox.url}/control/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def look(self, path: str) -> Any:
        return requests.get(f"{self.sandbox.url}/control/{path}", timeout=10).json()

    def id_token(self) -> str:
        return str(requests.get(f"{self.admin}/id_token", timeout=10).json()["token"])

    def ask_token(self, **changes: str) -> requests.Response:
        asked = EXCHANGE | {"subject_token": self.id_token()} | changes
        return requests.post(f"{self.admin}/admin/oauth/access_token", json=asked, timeout=10)

    def install(self) -> dict[str, Any]:
        answer = self.ask_token().json()
        self.token = answer["access_token"]
        return dict(answer)

    def graphql(self, query: str, **variables: Any) -> requests.Response:
        return requests.post(
            f"{self.admin}/admin/api/2026-10/graphql.json",
            json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": self.token},
            timeout=10,
        )

    def track(self, endpoint: str, body: Any, key: str = KEYS.seventeentrack_key) -> Any:
        return requests.post(
            f"{self.sandbox.url}/17track/track/v2.4/{endpoint}",
            json=body,
            headers={"17token": key},
            timeout=10,
        )
