"""What every test can ask for: databases and a Redis, on servers of the run's own.

The servers are started once by the process that was started by hand (under xdist the controller)
and end with it, however it ends. Servers of your own are used instead when TEST_DATABASE_URL (whose
user may make databases) or TEST_REDIS_URL (whose databases are emptied) name them.

Fixtures of the application are in tests/wired.py, of the browser in tests/browser/conftest.py.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
import stamina
from redis import Redis

from dev import postgres, valkey
from tests import databases

pytest_plugins = ["tests.wired", "tests.stubs", "tests.bulk"]

hypothesis.settings.register_profile("retrack", deadline=None)  # a busy machine is no bug
hypothesis.settings.load_profile("retrack")
stamina.set_testing(True, attempts=5)  # as often as in earnest, without the waits between

FOLDER = "RETRACK_TEST_FOLDER"
"""Where the workers of a run meet; set by the process that starts them."""


TESTS = Path(__file__).parent
BY_TURNS = ("actions", "admin", "auth", "security")
"""Folders whose tests differ little by database: each runs on one, unless both are asked for, on
the command line or by the mark `both_databases`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both", action="store_true", help="run every test on both databases")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("both"):
        return
    left_out = {item for item in items if _is_for_the_other_database(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_for_the_other_database(item: pytest.Item) -> bool:
    """Whether it has its turn on the other database, by its name: half of them on each."""
    on = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
    if not on or item.path.relative_to(TESTS).parts[0] not in BY_TURNS:
        return False
    if item.get_closest_marker("both_databases"):
        return False
    turn = zlib.crc32(f"{item.path.name}{item.originalname}".encode()) % 2
    return on != ("sqlite", "postgres")[turn]


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    servers = ExitStack()
    config.add_cleanup(servers.close)
    folder = servers.enter_context(
        tempfile.TemporaryDirectory(
            prefix="retrack-test-", dir=postgres.usual_place(in_memory=True)
        )
    )
    os.environ[FOLDER] = folder
    if "TEST_DATABASE_URL" not in os.environ:
        os.environ["TEST_DATABASE_URL"] = servers.enter_context(postgres.running())
    if "TEST_REDIS_URL" not in os.environ:
        socket = servers.enter_context(valkey.running(Path(folder)))
        os.environ["TEST_REDIS_URL"] = valkey.url(socket)


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> str:
    """A migrated PostgreSQL database of this worker's own."""
    return databases.postgres_copy(os.environ["TEST_DATABASE_URL"], _folder(), worker_id)


@pytest.fixture(scope="session")
def sqlite_url(worker_id: str) -> str:
    """A migrated SQLite file of this worker's own."""
    return databases.sqlite_copy(_folder(), worker_id)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other: a test that asks for it runs on each.

    Tests share them, so each has to undo what it did, by rollback or by DELETE; TRUNCATE is slow.
    """
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> str:
    """A Redis database of this worker's own, empty when the run begins."""
    number = worker_id.removeprefix("gw") if worker_id.startswith("gw") else "0"
    server, _, _ = os.environ["TEST_REDIS_URL"].partition("?")
    url = f"{server}?db={number}"
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


def _folder() -> Path:
    return Path(os.environ[FOLDER])
