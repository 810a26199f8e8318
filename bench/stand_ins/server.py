"""Somebody's server, played in a process of its own: what the carrier and the store share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def running(module: str, *arguments: str) -> Iterator[str]:
    """The address, without a path, of the server that is the module's `main`."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def serve(handler: type[BaseHTTPRequestHandler]) -> None:
    """Serve until terminated; the first line printed is the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


class JsonHandler(BaseHTTPRequestHandler):
    """Takes and gives JSON, and tells nobody of it."""

    def asked(self) -> Any:
        """What the body says."""
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "[]")

    def give(self, raw: bytes) -> None:
        """Answer with this JSON."""
        self.send_response(200)
        self.head("application/json", len(raw))
        self.wfile.write(raw)

    def head(self, kind: str, length: int) -> None:
        """What comes before a body."""
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said of a call."""
