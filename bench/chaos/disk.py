"""A small disk of a database's own, so that it can be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 2 * 1024**3
"""Bytes; the file behind it takes only as many as are written."""
BLOCK = 4096


@contextmanager
def small() -> Iterator[Path | None]:
    """Where it is mounted; None where this machine does not let us, as only root may."""
    with tempfile.TemporaryDirectory(prefix="retrack-disk-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        mounted = _mounted(folder)
        try:
            yield mounted
        finally:
            if mounted:
                _run("umount", "--lazy", mounted)


def _mounted(folder: Path) -> Path | None:
    image, place = folder / "image", folder / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(SIZE)
    try:
        _run("mkfs.ext4", "-q", "-m", "0", image)
        _run("mount", "-o", "loop", image, place)
    except (OSError, subprocess.CalledProcessError):
        return None
    return place


def fill(disk: Path) -> None:
    """Leave no free block on it."""
    with _ballast(disk).open("ab") as file:
        chunk = shutil.disk_usage(disk).free
        while chunk >= BLOCK:
            try:
                os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, chunk)
            except OSError:
                chunk //= 2


def empty(disk: Path) -> None:
    """Give back what `fill` took."""
    _ballast(disk).unlink()


def _ballast(disk: Path) -> Path:
    return disk / "ballast"


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)
