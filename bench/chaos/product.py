"""The whole product beside its sandbox, on free ports and a database of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from redis import Redis
from sqlalchemy import update

from bench import servers
from bench.chaos import disk
from bench.chaos.parts import Command, Parts
from dev import postgres, run, valkey
from dev.settings import Ports, for_parts
from sandbox.shopify.stores import FIRST as STORE
from shopify_app import bootstrap, clock, database
from shopify_app.actions import accounts
from shopify_app.carriers.seventeentrack.client import NAME as SEVENTEENTRACK
from shopify_app.models import Shop
from shopify_app.settings import ROOT, load
from shopify_app.tenants import across_shops

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
"""Of the environment; a developer may have set settings of the product."""
WORKER: Command = [sys.executable, "worker.py"]
READY_WITHIN = 60.0
FAULTS = {"repeat": 1, "shuffle": 2.0, "retry_scale": 0.01}
"""Each webhook comes twice and in no order, and Shopify's retries begin after half a second."""


Json = dict[str, Any]


class TooLate(Exception):
    """What was waited for did not come in time."""


@dataclass(frozen=True)
class Product:
    """What runs, and how one gets at it."""

    kind: str
    parts: Parts
    env: dict[str, str]
    folder: Path
    redis: Redis
    disk: Path | None
    """What PostgreSQL lies on, where that may be filled."""

    def control(self, path: str, **body: Any) -> Any:
        """Do something in the sandbox; returns its answer."""
        answer = requests.post(f"{self.sandbox_url}/control{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def see(self, path: str) -> Any:
        """Look at something in the sandbox."""
        return requests.get(f"{self.sandbox_url}{path}", timeout=30).json()

    def posts(self, after: int = 0) -> list[Json]:
        """What the sandbox delivered or is to deliver, from its own rows, with bodies."""
        path = self.folder / "sandbox.sqlite"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM posts WHERE id > ? ORDER BY id", (after,))
            return [
                dict(row) | {name: json.loads(row[name]) for name in ("headers", "attempts")}
                for row in rows
            ]

    def last_post(self) -> int:
        """The id of the newest of them, 0 while there is none."""
        return max((post["id"] for post in self.posts()), default=0)

    def as_merchant(self, path: str, **form: str) -> None:
        """Press a button on a page of the app."""
        token = self.see(f"/stores/{STORE}/id_token")["token"]
        headers = {"Authorization": f"Bearer {token}"}
        requests.post(
            self.web_url + path, data=form, headers=headers, timeout=30, allow_redirects=False
        ).raise_for_status()

    def command(self, *words: str) -> str:
        """What a command of the operator prints. Raises CalledProcessError if it did not do it."""
        command = [sys.executable, "-m", "shopify_app", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout.strip()

    def jump(self, seconds: float) -> None:
        """Move the clock, and let the product follow: it asks twice a second."""
        self.control("/clock", jump=seconds)
        time.sleep(1)

    def wait(
        self,
        until: Callable[[], object],
        seconds: float,
        meanwhile: Callable[[], None] | None = None,
    ) -> float:
        """Keep the parts running until it holds; how long that took. Raises TooLate."""
        began = time.monotonic()
        while True:
            self.parts.keep()
            if meanwhile:
                meanwhile()
            if until():
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                raise TooLate(f"not within {seconds:.0f} s; what was said is in {self.folder}")
            time.sleep(0.05)

    def web_answers(self) -> bool:
        """Whether the product takes webhooks."""
        try:
            return requests.get(f"{self.web_url}/readyz", timeout=2).ok
        except requests.RequestException:
            return False

    @property
    def sandbox_url(self) -> str:
        """Without a slash at its end."""
        return self.env["DEV_CLOCK_URL"].removesuffix("/clock")

    @property
    def web_url(self) -> str:
        """Without a slash at its end."""
        return self.env["APP_URL"]

    @property
    def gunicorn(self) -> Command:
        """What runs the web."""
        bound = self.web_url.removeprefix("http://")
        return [Path(sys.executable).with_name("gunicorn"), "wsgi:app", "--bind", bound]


@contextmanager
def running(kind: str, *, small_disk: bool = False) -> Iterator[Product]:
    """A product with a store that has installed the app and tells its customers by mail.

    `small_disk`: PostgreSQL lies on a disk of its own, if this machine lets us make one.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="retrack-chaos-")))
        address = stack.enter_context(valkey.address_in(folder))
        ports = Ports(servers.free_port(), servers.free_port(), servers.free_port())
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        env = for_parts(kept, ports, folder) | {"REDIS_URL": valkey.url(address)}
        room = cluster = None
        if kind == POSTGRESQL:
            room = stack.enter_context(disk.small()) if small_disk else None
            cluster = stack.enter_context(postgres.cluster(durable=True, disk=room))
            env["DATABASE_URL"] = cluster.url
            env["PATH"] = f"{Path(cluster.command[0]).parent}:{env['PATH']}"  # pg_dump
        parts = stack.enter_context(Parts(env, folder / "log"))
        redis = Redis.from_url(env["REDIS_URL"])
        product = Product(kind, parts, env, folder, redis, room)
        (folder / "valkey").mkdir()
        parts.start("redis", valkey.command(folder / "valkey", address))
        if cluster:
            parts.start("database", cluster.command, cluster.uid)
            product.wait(lambda: postgres.answers(cluster.url), READY_WITHIN)
        parts.start("sandbox", [*run.sandbox_command(ports, env, folder), "--empty"])
        database.migrate(env["DATABASE_URL"])
        bootstrap.wire(load(env))
        stack.callback(database.engine().dispose)
        parts.start("web", product.gunicorn)
        parts.start("worker", WORKER)
        product.wait(product.web_answers, READY_WITHIN)
        _install(product)
        yield product


def _install(product: Product) -> None:
    """Open the app in the admin, as the merchant does, and switch messages on."""
    opened = product.see(f"/stores/{STORE}/frame?path=/")["url"]
    requests.get(opened, timeout=30).raise_for_status()
    switched_on = {"notify": True, "notify_since": clock.now()}
    with database.writing() as session:
        session.execute(across_shops(update(Shop).values(switched_on)))
        accounts.keep_installation_accounts(session, load(product.env).provider_keys)
        account = accounts.of_installation(session, SEVENTEENTRACK)
    assert account
    push_url = f"{product.web_url}/webhooks/carriers/{SEVENTEENTRACK}/{account.id}"
    product.control("/providers/17track", push_url=push_url, first_sync_seconds=0)
    product.control("/webhooks/faults", **FAULTS)
