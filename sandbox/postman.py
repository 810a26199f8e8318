"""Outgoing HTTP: webhooks, pushes and callbacks, each with its sender's rules of retrying.

A post is a row until it has arrived or was given up, so a killed sandbox sends it after all.
"""

from __future__ import annotations

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from sqlite3 import Row

import requests

from sandbox import checks
from sandbox.clock import Clock
from sandbox.database import Database, Json, dump

WORKERS = 16
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Rules:
    """How a sender delivers: timeouts in real seconds, waits in seconds of the sandbox's clock."""

    connect: float
    total: float
    waits: tuple[float, ...]
    success: range


RULES = {
    # shopify.dev, webhooks, verify deliveries: 1 s to connect, 5 s in all, any 2xx, 8 retries
    # over 4 hours with growing waits. The waits themselves are unpublished: each doubles here.
    "shopify": Rules(1, 5, tuple(4 * 3600 * 2**n / 255 for n in range(8)), range(200, 300)),
    # help.17track.net, webhook: anything but 200 is tried again after 10, 30 and 60 minutes.
    "17track": Rules(5, 10, (600, 1800, 3600), range(200, 201)),
    "twilio": Rules(5, 15, (), range(200, 300)),
    "gateway": Rules(5, 15, (5, 300, 1800), range(200, 300)),
    "mail": Rules(5, 15, (), range(200, 300)),
}
FAULTS: Json = {"drop": 0.0, "repeat": 0, "delay": 0.0, "shuffle": 0.0, "retry_scale": 1.0}
STATES = ("waiting", "sending", "delivered", "failed", "dropped", "cancelled")
FAULT_FIELDS: checks.Fields = {
    "drop": checks.number(0, 1),
    "repeat": checks.whole(0, 100),
    "delay": checks.number(0, 86_400),
    "shuffle": checks.number(0, 86_400),
    "retry_scale": checks.number(0, 1000),
}


class Postman:
    """Sends due posts from a pool of threads; a scheduler thread looks for them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="postman")
        self._scheduler = threading.Thread(target=self._schedule, name="postman", daemon=True)

    def start(self) -> None:
        self._database.run("UPDATE posts SET state = 'waiting' WHERE state = 'sending'")
        self._scheduler.start()

    def stop(self) -> None:
        self._stop.set()
        self._scheduler.join()
        self._pool.shutdown(cancel_futures=True)

    def faults(self) -> Json:
        """What goes wrong with Shopify's webhooks at the moment."""
        changed: Json = self._database.setting("webhook faults", {})
        return FAULTS | changed

    def set_faults(self, changes: Json) -> Json:
        """Change some faults, checked by `FAULT_FIELDS`, and return all."""
        faults = self.faults() | changes
        self._database.set_setting("webhook faults", faults)
        return faults

    def post(
        self,
        kind: str,
        topic: str,
        store: str,
        url: str,
        headers: Json,
        body: bytes,
        delay: float = 0.0,
    ) -> None:
        """Put a request on its way, `delay` seconds from now. Faults touch Shopify's alone."""
        faults = self.faults() if kind == "shopify" else FAULTS
        for _ in range(1 + int(faults["repeat"])):
            lost = random.random() < faults["drop"]
            late = delay + faults["delay"] + random.uniform(0, faults["shuffle"])
            now = self._clock.seconds()
            self._database.run(
                "INSERT INTO posts (kind, topic, store, url, headers, body, created_at, due_at,"
                " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                kind,
                topic,
                store,
                url,
                dump(headers),
                body,
                now,
                now + late,
                "dropped" if lost else "waiting",
            )

    def again(self, post_id: int) -> bool:
        """Send a post once more, whatever became of it; False if there is none."""
        sql = "UPDATE posts SET state = 'waiting', due_at = ? WHERE id = ?"
        return self._database.run(sql, self._clock.seconds(), post_id) > 0

    def cancel(self, store: str, topic: str) -> None:
        """Call back what has not left yet."""
        sql = "UPDATE posts SET state = 'cancelled' WHERE state = 'waiting' AND store = ?"
        self._database.run(f"{sql} AND topic = ?", store, topic)

    def _schedule(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            for post in self._claim():
                self._pool.submit(self._deliver, post)

    def _claim(self) -> list[Row]:
        sql = "SELECT * FROM posts WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id"
        due = self._database.rows(f"{sql} LIMIT ?", self._clock.seconds(), 10 * WORKERS)
        with self._database.transaction():
            for post in due:
                self._database.run("UPDATE posts SET state = 'sending' WHERE id = ?", post["id"])
        return due

    def _deliver(self, post: Row) -> None:
        rules = RULES[post["kind"]]
        began = time.monotonic()
        outcome = _send(post, rules)
        attempt = {
            "at": self._clock.told()["now"],
            "outcome": outcome,
            "ms": round((time.monotonic() - began) * 1000),
        }
        arrived = isinstance(outcome, int) and outcome in rules.success
        self._settle(post, [*json.loads(post["attempts"]), attempt], arrived)

    def _settle(self, post: Row, attempts: list[Json], arrived: bool) -> None:
        waits = RULES[post["kind"]].waits
        state, due = ("delivered" if arrived else "failed"), post["due_at"]
        if not arrived and len(attempts) <= len(waits):
            wait = waits[len(attempts) - 1] * self.faults()["retry_scale"]
            state, due = "waiting", self._clock.seconds() + wait
        self._database.run(
            "UPDATE posts SET state = ?, due_at = ?, attempts = ? WHERE id = ?",
            state,
            due,
            dump(attempts),
            post["id"],
        )


def _send(post: Row, rules: Rules) -> int | str:
    """The status of the whole answer, or what went wrong."""
    deadline = time.monotonic() + rules.total
    session = requests.Session()
    session.trust_env = False  # the receiver is on this machine: no proxy, no .netrc
    try:
        with session.post(
            post["url"],
            data=post["body"],
            headers=json.loads(post["headers"]) | {"Connection": "close"},
            timeout=(rules.connect, rules.total),
            allow_redirects=False,
            stream=True,
        ) as answer:
            for _ in answer.iter_content(16_384):
                if time.monotonic() > deadline:
                    break
            return answer.status_code if time.monotonic() <= deadline else "timeout"
    except requests.Timeout:
        return "timeout"
    except requests.RequestException as error:
        return type(error).__name__
