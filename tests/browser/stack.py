"""The whole product with its sandbox, started as an operator would, on free ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import requests
from playwright.sync_api import FrameLocator, Page

from dev import process, valkey
from dev.settings import Ports, for_parts
from sandbox.config import Config
from sandbox.server import Sandbox, start
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Stack:
    """What runs: the sandbox with its control API, and the application beside it."""

    sandbox: Sandbox
    web_url: str
    folder: Path

    def control(self, path: str, **body: Any) -> Any:
        """Do something in the sandbox; returns its answer."""
        answer = requests.post(f"{self.sandbox.url}/control{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def set_clock(self, **clock: str) -> None:
        """Move the sandbox's clock, and let the product follow: it asks twice a second."""
        self.control("/clock", **clock)
        time.sleep(2)

    def see(self, path: str) -> Any:
        """Look at something in the sandbox."""
        return requests.get(f"{self.sandbox.url}/control{path}", timeout=10).json()

    def open(self, page: Page, path: str = "/", locale: str = "en") -> FrameLocator:
        """Open a page of the app in the admin and return its frame."""
        page.goto(f"{self.sandbox.url}/?path={path}&locale={locale}")
        frame = page.frame_locator("#app")
        frame.locator("#content").wait_for()
        return frame


@contextmanager
def running(folder: Path, database_url: str) -> Iterator[Stack]:
    """Start everything, wait until it answers, and stop it at the end."""
    web_port, sandbox_port, smtp_port = _free_port(), _free_port(), _free_port()
    with ExitStack() as parts:
        socket_path = parts.enter_context(valkey.running(folder))
        env = for_parts(_clean(), Ports(web_port, sandbox_port, smtp_port), folder)
        env |= {"DATABASE_URL": database_url, "REDIS_URL": valkey.url(socket_path)}
        sandbox = start(_config(env, folder, web_port, sandbox_port, smtp_port))
        parts.callback(sandbox.stop)
        gunicorn = str(Path(sys.executable).with_name("gunicorn"))
        bound = f"127.0.0.1:{web_port}"
        for command in ([gunicorn, "wsgi:app", "--bind", bound], [sys.executable, "worker.py"]):
            log = parts.enter_context((folder / f"{Path(command[0]).name}.log").open("wb"))
            parts.enter_context(_part(command, env, log))
        stack = Stack(sandbox, f"http://{bound}", folder)
        eventually(lambda: _answers(f"{stack.web_url}/readyz"))
        yield stack


@contextmanager
def _part(command: list[str], env: dict[str, str], log: IO[bytes]) -> Iterator[None]:
    child = process.spawn(command, env=env, cwd=ROOT, output=log)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill_group(child)
            child.wait()


def _config(env: dict[str, str], folder: Path, web: int, port: int, smtp: int) -> Config:
    return Config(
        app_url=f"http://127.0.0.1:{web}",
        api_key=env["SHOPIFY_API_KEY"],
        api_secret=env["SHOPIFY_API_SECRET"],
        seventeentrack_key=env["SEVENTEENTRACK_API_KEY"],
        dhl_key=env["DHL_API_KEY"],
        twilio_sid=env["TWILIO_ACCOUNT_SID"],
        twilio_token=env["TWILIO_AUTH_TOKEN"],
        port=port,
        smtp_port=smtp,
        data=folder / "sandbox.sqlite",
        orders=60,
        quick=0,
    )


def _clean() -> dict[str, str]:
    """The environment without settings of the product, which a developer may have set."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
