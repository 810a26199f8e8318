"""What the product takes of a machine: memory of each process at rest and under load, and how long
`make run` takes to be there. On SQLite; Linux alone tells the memory. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bench import deliveries, house, intake, load, results, servers
from bench.servers import Running, free_port
from dev import process
from shopify_app import queue
from shopify_app.settings import ROOT

REQUESTS = int(os.environ.get("REQUESTS") or "9000")
AT_REST = 8.0
"""Seconds after which the start is over."""
SIGN = b"Ctrl-C stops"
START_WITHIN = 120.0


def memory(folder: Path) -> dict[str, dict[str, float]]:
    """Megabytes of each process: what it alone has, and its share of what several have (PSS)."""
    environ = house.environ(f"sqlite:///{folder}/memory.sqlite", "redis://")
    requests = folder / "requests"
    load.write(requests, deliveries.deliveries(REQUESTS, environ["SHOPIFY_API_SECRET"]))
    with servers.product(environ, worker=True) as running:
        time.sleep(AT_REST)
        at_rest = _megabytes(running)
        with ThreadPoolExecutor(1) as generator:
            busy = generator.submit(intake.generate, requests, running.port)
            return {"at_rest": at_rest, "under_load": _most(running, busy)}


def _most(running: Running, busy: Future[Any]) -> dict[str, float]:
    """The most that each process had at one moment while the load went on."""
    most: dict[str, float] = {}
    while not busy.done():
        now = _megabytes(running)
        most |= {name: max(had, most.get(name, 0.0)) for name, had in now.items()}
        time.sleep(0.3)
    busy.result()
    return most


def cold_start(folder: Path) -> dict[str, float]:
    """Seconds until `make run`, whose set-up is done, prints the address: first, and again."""
    return {"first": _seconds_to_start(folder), "again": _seconds_to_start(folder)}


def _megabytes(running: Running) -> dict[str, float]:
    """By the name of the process; the worker's children are forked in the order of the queues."""
    children = ["supervisor", *queue.JOBS, "ticker"]
    names = {"web": ["gunicorn", "web"], "worker": children}
    found: dict[str, float] = {}
    for part, child in running.children.items():
        for name, pid in zip_longest(names[part], servers.family(child), fillvalue="jobs"):
            found[str(name)] = round(found.get(str(name), 0.0) + _pss(pid), 1)
    return found | {"all": round(sum(found.values()), 1)}


def _pss(pid: int | str) -> float:
    """0 of a job that has ended meanwhile."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0")
    return round(int(line.split()[1]) / 1024, 1)


def _seconds_to_start(folder: Path) -> float:
    ports = {name: str(free_port()) for name in ("WEB_PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT")}
    log = folder / "log of the start"
    with log.open("wb") as output:
        began = time.perf_counter()
        command = [sys.executable, "-m", "dev.run", "--var", str(folder / "var")]
        started = process.spawn(command, env=os.environ | ports, cwd=ROOT, output=output)
        try:
            _wait_for(SIGN, log, started)
            return round(time.perf_counter() - began, 1)
        finally:
            process.stop(started, seconds=30)


def _wait_for(sign: bytes, log: Path, started: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while sign not in log.read_bytes():
        if started.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text()[-2000:])
        time.sleep(0.02)


def main() -> None:
    """Measure and keep the figures."""
    with tempfile.TemporaryDirectory(prefix="retrack-bench-") as name:
        folder = Path(name)
        found: dict[str, Any] = {
            "cold_start_seconds": cold_start(folder),
            "memory_megabytes": memory(folder),
        }
    results.keep("resources", {"webhooks": REQUESTS, **found})


if __name__ == "__main__":
    main()
