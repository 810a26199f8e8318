"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from pathlib import Path

from shopify_app import database, queue
from tests.support import App


def test_a_process_that_answers_lives_whatever_else_is_down(app: App) -> None:
    queue.configure("unix:///nowhere.sock")
    database.configure("postgresql://nobody@127.0.0.1:1/none")
    answer = app.client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_with_its_database_and_redis_it_is_ready(app: App) -> None:
    answer = app.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "redis": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_redis_it_is_ready_and_says_so(app: App) -> None:
    queue.configure("unix:///nowhere.sock")
    answer = app.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "redis": "no answer"}


def test_without_its_database_it_is_not_ready(app: App) -> None:
    database.configure("postgresql://nobody@127.0.0.1:1/none")
    answer = app.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "database": "no answer",
        "redis": "ok",
    }


def test_on_a_database_that_is_not_migrated_it_is_not_ready(app: App, tmp_path: Path) -> None:
    database.configure(f"sqlite:///{tmp_path}/new.sqlite")
    answer = app.client.get("/readyz")
    assert (answer.status_code, (answer.json or {})["database"]) == (503, "not migrated")
