"""The wired application is one for WSGI and for ASGI servers, and refuses what cannot work."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from shopify_app import bootstrap, database, queue
from shopify_app.models import CarrierAccount, Inbox
from shopify_app.settings import ROOT
from tests import payloads
from tests.support import ALICE, API_SECRET, ENVIRONMENT, App, House
from tests.waiting import eventually


def by_asgi(app: App, scope: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What an ASGI server gets for one scope. In a thread: this one may have an event loop."""
    waiting, got = list(messages), []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        got.append(message)

    application: Any = app.client.application
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, application(scope, receive, send)).result()
    return got


def request(app: App, method: str, path: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    told = headers | {"content-length": str(len(body))}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(n.replace("_", "-").lower().encode(), v.encode()) for n, v in told.items()],
    }
    start, *rest = by_asgi(app, scope, {"type": "http.request", "body": body})
    return start | {
        "body": b"".join(part["body"] for part in rest),
        "headers": dict(start["headers"]),
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/static/retrack.js", 200),
        ("GET", "/tracking", 401),
        ("POST", "/settings", 401),
        ("GET", "/webhooks", 405),
        ("GET", "/nothing-here", 404),
    ],
)
def test_one_application_answers_the_same_to_both_kinds_of_server(
    method: str, path: str, status: int, app: App
) -> None:
    with app.client.open(path, method=method) as by_wsgi:
        found = request(app, method, path)
        assert found["status"] == by_wsgi.status_code == status
        assert found["body"] == by_wsgi.get_data()
        for name in ("Content-Type", "Content-Security-Policy", "Cache-Control"):
            told = found["headers"].get(name.lower().encode(), b"").decode()
            assert told == by_wsgi.headers.get(name, ""), name


def test_an_unknown_address_is_answered_in_the_language_asked_for(app: App) -> None:
    answer = app.client.get("/nothing-here?locale=vi")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text
    assert '<a href="/">Về Trang chủ</a>' in answer.text


def test_a_webhook_takes_the_short_way_under_asgi_to_the_same_end(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = payloads.raw(payloads.order())
    headers = payloads.webhook_headers("orders/create", body, ALICE, API_SECRET, 1)
    monkeypatch.setattr(bootstrap.Flask, "__call__", lambda *_: pytest.fail("through Flask"))
    assert request(app, "POST", "/webhooks", body, **headers)["status"] == 200
    assert request(app, "POST", "/webhooks", body + b" ", **headers)["status"] == 401
    [row] = app.house.rows(Inbox)
    assert (row.account, row.topic, row.body) == (ALICE, "orders/create", body)


def test_an_asgi_server_may_start_and_stop_it(app: App) -> None:
    told = by_asgi(
        app, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    )
    assert [m["type"] for m in told] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_bad_setting_ends_the_process_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", ENVIRONMENT)
    with pytest.raises(SystemExit, match=r"^retrack: REDIS_URL is not set"):
        bootstrap.read_settings()


def test_a_worker_takes_over_the_installations_key_and_gives_it_to_shops_without_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"DATABASE_URL": house.settings.database_url, "REDIS_URL": house.settings.redis_url}
    key = {"SEVENTEENTRACK_API_KEY": "0123456789KEY"}
    monkeypatch.setattr(os, "environ", ENVIRONMENT | own | key)
    assert bootstrap.build_worker().redis_url == house.settings.redis_url
    [account] = house.rows(CarrierAccount)
    assert (account.owner_id, account.api_key) == (None, "0123456789KEY")
    assert house.account().id == account.id
    monkeypatch.setattr(os, "environ", ENVIRONMENT | own)
    bootstrap.build_worker()
    assert house.rows(CarrierAccount)[0].key_hash == ""
    assert queue.redis().ping()


def test_a_worker_refuses_a_database_that_is_not_migrated(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite"}
    monkeypatch.setattr(os, "environ", ENVIRONMENT | own | {"REDIS_URL": house.settings.redis_url})
    with pytest.raises(SystemExit, match="the database is not migrated"):
        bootstrap.build_worker()
    assert not database.is_migrated()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/none", "Connection refused"),
        ("DATABASE_URL", "postgresql://me:secret@127.0.0.1:port/none", "it is no address"),
        ("DATABASE_URL", "sqlite:////dev/null/retrack.sqlite", "/dev/null"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:1/0", "Connection refused"),
        ("REDIS_URL", "redis://:sec/ret@127.0.0.1:6379/0", "it is no address"),
    ],
)
def test_a_worker_that_cannot_reach_what_it_needs_ends_in_one_line(
    house: House, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str
) -> None:
    own = {"DATABASE_URL": house.settings.database_url, "REDIS_URL": house.settings.redis_url}
    monkeypatch.setattr(os, "environ", ENVIRONMENT | own | {setting: value})
    with pytest.raises(SystemExit) as ended:
        bootstrap.build_worker()
    told = str(ended.value)
    assert told.startswith(f"retrack: {setting} cannot be used: ")
    assert said in told
    assert "\n" not in told
    assert "secret" not in told
    assert "sec/" not in told


@pytest.fixture
def elsewhere(house: House, tmp_path: Path) -> Iterator[str]:
    """The address of a server that gunicorn started in another folder."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    own = {"DATABASE_URL": house.settings.database_url, "REDIS_URL": house.settings.redis_url}
    command = [sys.executable, "-m", "gunicorn", "-c", ROOT / "gunicorn.conf.py", "-b", address]
    env = os.environ | ENVIRONMENT | own
    with subprocess.Popen([*command, "wsgi:app"], cwd=tmp_path, env=env) as server:
        yield address
        server.terminate()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_web_may_be_started_in_any_folder(elsewhere: str) -> None:
    def answers() -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(f"http://{elsewhere}/readyz", timeout=5).ok
        return False

    eventually(answers)


def test_the_web_refuses_a_database_that_is_away_in_one_line(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", ROOT / "gunicorn.conf.py", "wsgi:app"],
        cwd=tmp_path,
        env=os.environ | ENVIRONMENT | away,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode
    [line] = [line for line in ended.stderr.splitlines() if "INFO" not in line]
    assert line.startswith("retrack: DATABASE_URL cannot be used: ")
