"""A sandbox of a test's own, and an app that only listens to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sandbox.config import Config
from sandbox.server import start
from tests.sandbox.support import App, Client, Heard


@pytest.fixture
def app() -> Iterator[App]:
    listening, done = App(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listening.heard.append(Heard(self.path, dict(self.headers.items()), body))
            done.wait(listening.wait)
            self.send_response(listening.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    listening.url = f"http://127.0.0.1:{server.server_port}"
    yield listening
    done.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(app: App, tmp_path: Path) -> Iterator[Client]:
    """A sandbox with an empty store whose app has not been opened yet."""
    data = tmp_path / "sandbox.sqlite"
    sandbox = start(Config(port=0, smtp_port=0, data=data, app_url=app.url, orders=0))
    yield Client(sandbox)
    sandbox.stop()
