"""A tracking provider that answers in 17TRACK's shapes after a set time, in a process of its own.

The base address says how: `/LATENCY/MOVED`, milliseconds, and how many parcels of four have moved
on: those have eleven events, the others ten.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
BEGIN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=20)
EVENTS = 10


@contextmanager
def running() -> Iterator[str]:
    """The provider's address, without a path, while the block lasts."""
    command = [sys.executable, "-m", "bench.carrier"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


class Handler(BaseHTTPRequestHandler):
    """One call: waits as long as the address says, then accepts every number."""

    def do_POST(self) -> None:
        """Answer one endpoint of the API."""
        began = time.monotonic()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "[]")
        _, latency, moved, endpoint = self.path.split("/")
        raw = json.dumps(answer(endpoint, body, int(moved))).encode()
        time.sleep(max(int(latency) / 1000 - (time.monotonic() - began), 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Nothing is said of a call."""


def answer(endpoint: str, body: list[Json], moved: int) -> Json:
    """What an endpoint answers about these numbers."""
    if endpoint == "getquota":
        return {"code": 0, "data": {"quota_total": 100_000, "quota_remain": 90_000}}
    accepted = [_item(item["number"], moved) for item in body]
    return {"code": 0, "data": {"accepted": accepted, "rejected": []}}


def _item(number: str, moved: int) -> Json:
    has_moved = int(number[-4:]) % 4 < moved
    told = [_event(place) for place in range(EVENTS + has_moved)][::-1]
    status = {"status": "InTransit", "sub_status": told[0]["sub_status"]}
    leg = {
        "provider": {"key": 190008, "name": "YunExpress", "country": "CN"},
        "latest_sync_time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "events": told,
    }
    info = {"latest_status": status, "latest_event": told[0], "tracking": {"providers": [leg]}}
    return {"number": number, "carrier": 190008, "track_info": info}


def _event(place: int) -> Json:
    at = BEGIN + place * BETWEEN
    return {
        "time_iso": at.isoformat(),
        "time_utc": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "description": f"Arrived at sorting center {place}",
        "location": "Shenzhen",
        "sub_status": "InTransit_Other",
        "address": {"country": "CN", "city": "Shenzhen"},
    }


def main() -> None:
    """Serve until terminated; the first line printed is the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
