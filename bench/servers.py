"""What is compared: the product, started as an operator does, and the peer (`bench/peer`).

Each has a Redis of its own; the database is the caller's.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from redis import Redis
from sqlalchemy import create_engine, make_url, text

from bench import house
from dev import process, valkey
from shopify_app import bootstrap, database
from shopify_app.settings import ROOT, load

PEER = ROOT / "bench" / "peer"
HOST = "127.0.0.1"
READY_WITHIN = 60.0

Children = dict[str, subprocess.Popen[bytes]]


@dataclass(frozen=True)
class Running:
    """A stack that takes webhooks at `port`; its processes by name."""

    port: int
    redis: Redis
    children: Children = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        """What its processes have used of processors by now, those that ended and Redis included;
        not PostgreSQL.
        """
        ticks = sum(_ticks(pid) for child in self.children.values() for pid in family(child))
        told: Any = self.redis.info("cpu")
        of_redis = float(told["used_cpu_user"]) + float(told["used_cpu_sys"])
        return ticks / os.sysconf("SC_CLK_TCK") + of_redis


@contextmanager
def product(environ: Mapping[str, str], *, worker: bool, processes: int = 1) -> Iterator[Running]:
    """Retrack, with one shop. `environ` is of `house.environ`; its database is made here.

    `processes` take webhooks, and so many apply them: one on SQLite, which one can write at a time.
    """
    with _redis() as address:
        ours = {**environ, "REDIS_URL": valkey.url(address), "WEB_WORKERS": str(processes)}
        settings = load(ours)
        database.migrate(settings.database_url)
        bootstrap.wire(settings)
        house.install()
        database.engine().dispose()
        port = free_port()
        python = sys.executable
        commands = {"web": [python, "-m", "gunicorn", "-b", f"{HOST}:{port}", "wsgi:app"]}
        if worker:
            commands["worker"] = [python, "worker.py"]
            for number in range(1, processes):
                more = [python, "worker.py", "--queues", "inbox", "--no-ticker"]
                commands[f"worker {number + 1}"] = more
        with _started(commands, ours, ROOT, port) as children:
            yield Running(port, _connection(address), children)


@contextmanager
def peer(database_url: str, secret: str, *, worker: bool) -> Iterator[Running]:
    """Node, Shopify's own library and BullMQ: two processes each, PostgreSQL."""
    node = shutil.which("node")
    if node is None or not (PEER / "node_modules").is_dir():
        raise SystemExit("The peer needs node on the PATH, and npm ci in bench/peer")
    with _redis() as address:
        port = free_port()
        theirs = {
            "PORT": str(port),
            "REDIS_SOCKET": str(address),
            "DATABASE_URL": database_url,
            "SHOPIFY_API_SECRET": secret,
            "NODE_ENV": "production",
        }
        commands = {"web": [node, "web.js"], "worker": [node, "worker.js"]}
        chosen = commands if worker else {"web": commands["web"]}
        with _started(chosen, theirs, PEER, port) as children:
            yield Running(port, _connection(address), children)


def new_database(server_url: str, name: str) -> str:
    """The URL of an empty database on a PostgreSQL server."""
    server = make_url(server_url).set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text("CHECKPOINT"))  # so that log files are used again
    engine.dispose()
    return server_url.replace("/postgres?", f"/{name}?")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def family(child: subprocess.Popen[bytes]) -> list[int]:
    """The process and all that it started, by what Linux tells."""
    found = [child.pid]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):  # it has ended meanwhile
                found += map(int, task.read_text().split())
    return found


def _ticks(pid: int) -> int:
    """User and system time of a process and of its children that ended: proc(5), fields 14-17."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))


@contextmanager
def _redis() -> Iterator[Path]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="retrack-bench-"))
        yield stack.enter_context(valkey.running(Path(folder)))


def _connection(address: Path) -> Redis:
    return Redis.from_url(valkey.url(address))


@contextmanager
def _started(
    commands: Mapping[str, Sequence[str]], environ: Mapping[str, str], cwd: Path, port: int
) -> Iterator[Children]:
    """Start them all; end them all in good order. Raises RuntimeError with what one said."""
    with ExitStack() as stack, tempfile.TemporaryFile() as log:
        children: Children = {}
        for name, command in commands.items():
            child = process.spawn(command, env=os.environ | environ, cwd=cwd, output=log)
            stack.callback(process.stop, child, how=signal.SIGTERM)
            children[name] = child
        _wait_for(port, children, log)
        yield children


def _wait_for(port: int, children: Children, log: IO[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children.values()):
            break
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"it does not come up: {_tail(log)}")


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read()[-2000:].decode(errors="replace")
