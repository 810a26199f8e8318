"""A tracking provider that answers in 17TRACK's shapes after a set time, in a process of its own.

The base address says how: `/LATENCY/MOVED`, milliseconds, and how many parcels of four have moved
on: those have eleven events, the others ten.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.stand_ins.server import JsonHandler, serve

Json = dict[str, Any]
EVENTS = 10
BETWEEN = timedelta(hours=20)
BEGIN = datetime.now(UTC).replace(microsecond=0) - EVENTS * BETWEEN


class Handler(JsonHandler):
    """One call: waits as long as the address says, then accepts every number."""

    def do_POST(self) -> None:
        """Answer one endpoint of the API."""
        began = time.monotonic()
        _, latency, moved, endpoint = self.path.split("/")
        raw = json.dumps(answer(endpoint, self.asked(), int(moved))).encode()
        time.sleep(max(int(latency) / 1000 - (time.monotonic() - began), 0))
        self.give(raw)


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


if __name__ == "__main__":
    serve(Handler)
