"""A Chromium for the tests in this folder.

While playwright lives, its event loop counts as running and `asyncio.run` fails in every other test
of the process. So the browser belongs to this package: it is closed when the last of its tests is
done, and all of them run one after the other in one process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from dev import browser as chromium
from tests import databases
from tests.browser.stack import Stack, running
from tests.conftest import FOLDER

HERE = Path(__file__).parent
PATIENCE = 30_000
"""Milliseconds that a page may take for anything: a busy machine is no bug."""
expect.set_options(timeout=PATIENCE)
TODAY = ("postgres", "sqlite")[datetime.now(UTC).toordinal() % 2]


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this package."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.NONE_FOUND, pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield launched
        launched.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stack" in metafunc.fixturenames and metafunc.config.getoption("both"):
        metafunc.parametrize("stack", ["sqlite", "postgres"], indirect=True, scope="package")


@pytest.fixture(scope="package")
def stack(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Stack]:
    """The product on a database of its own: it encrypts with keys of its own.

    The two databases take turns by days, and the trial of failures has the other one.
    Its folder's path is short: sockets take no long one.
    """
    server, folder_of_run = os.environ["TEST_DATABASE_URL"], Path(os.environ[FOLDER])
    url = (
        databases.sqlite_copy(folder_of_run, f"{worker_id}_browser")
        if getattr(request, "param", TODAY) == "sqlite"
        else databases.postgres_copy(server, folder_of_run, f"{worker_id}_browser")
    )
    with (
        tempfile.TemporaryDirectory(prefix="rt-") as folder,
        running(Path(folder), url) as started,
    ):
        yield started


@pytest.fixture
def page_problems() -> list[str]:
    """What went wrong on the page so far. A test that provokes something takes it out."""
    return []


@pytest.fixture
def page(browser: Browser, page_problems: list[str]) -> Iterator[Page]:
    """A fresh page, 1280 pixels wide. The test fails on any error that the page ran into."""

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page moved on: no error of its own
            page_problems.append(f"{request.method} {request.url}: {request.failure}")

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_problems.append(f"console: {message.text} ({message.location['url']})")

    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: page_problems.append(f"script: {error}"))
    page.on("console", said)
    page.on("requestfailed", failed)
    yield page
    context.close()
    assert page_problems == []
