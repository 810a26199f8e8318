"""The first store has everything in it, and the sandbox goes on where it was killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox import parcels, world
from sandbox.config import Config
from sandbox.moments import stamp
from sandbox.parcels import SUB_STATUSES
from sandbox.seed.build import first_store
from sandbox.shopify import orders

ROOT = Path(__file__).parents[2]
MAIN = {sub.split("_")[0] for sub in SUB_STATUSES}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = world.create(Config(data=tmp_path_factory.mktemp("store") / "sandbox.sqlite"))
    first_store(made, 300, 17)
    yield made
    made.database.close()


def documents(store: world.World) -> list[Any]:
    return [json.loads(row["body"]) for row in store.database.rows("SELECT body FROM orders")]


def test_parcels_are_in_every_main_status(store: world.World) -> None:
    now = store.clock.seconds()
    rows = store.database.rows("SELECT body FROM parcels")
    subs = Counter(parcels.sub_status(json.loads(row["body"]), now) for row in rows)
    assert {sub.split("_")[0] for sub in subs} == MAIN
    assert subs.most_common(1)[0][0] == "Delivered_Other"


def test_orders_are_in_every_state(store: world.World) -> None:
    docs = documents(store)
    assert len(docs) == 300
    assert {orders.fulfillment_status(doc) for doc in docs} == {None, "partial", "fulfilled"}
    for odd in ("email", "phone", "shipping_address"):
        assert any(doc[odd] is None for doc in docs), odd
    assert any(doc["cancelled_at"] for doc in docs)
    assert any(not orders.requires_shipping(doc) for doc in docs)
    assert any(len(doc["fulfillments"]) == 2 for doc in docs)
    assert any(len(one["tracking"]) == 2 for doc in docs for one in doc["fulfillments"])
    vietnamese = sum(doc["locale"] == "vi" for doc in docs)
    assert 45 < vietnamese < 105


def test_no_order_is_older_than_sixty_days_or_of_the_future(store: world.World) -> None:
    now = store.clock.now()
    moments = [doc["processed_at"] for doc in documents(store)]
    assert stamp(now - timedelta(days=60)) < min(moments)
    assert max(moments) <= stamp(now)


def begin(data: Path) -> tuple[subprocess.Popen[str], Any]:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--smtp-port", "0"]
    command += ["--data", str(data), "--empty"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, json.loads(process.stdout.readline())


def test_it_goes_on_after_kill_9_and_stops_orderly(tmp_path: Path) -> None:
    process, told = begin(tmp_path / "sandbox.sqlite")
    requests.post(f"{told['url']}/control/orders", json={}, timeout=5)
    requests.post(f"{told['url']}/control/clock", json={"jump": "10d"}, timeout=5)
    before = requests.get(f"{told['url']}/clock", timeout=5).json()["now"]
    process.kill()
    process.communicate()
    process, told = begin(tmp_path / "sandbox.sqlite")
    names = [
        o["name"] for o in requests.get(f"{told['url']}/control/orders", timeout=5).json()["orders"]
    ]
    after = requests.get(f"{told['url']}/clock", timeout=5).json()["now"]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    assert (names, process.returncode) == (["#1001"], 0)
    assert before < after
