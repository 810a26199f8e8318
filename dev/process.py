"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: int | IO[bytes] = subprocess.DEVNULL,
    uid: int | None = None,
    orphan_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that a terminal's Ctrl-C does not reach it.

    `output` takes standard output and errors. `uid` is the user and group to run as. When this
    process dies, however it dies, Linux sends the child `orphan_signal`; other systems have no
    such thing and rely on an orderly stop. Call it from the main thread: Linux watches the thread
    that forked, not the process. Raises OSError if the command cannot be run.
    """
    return subprocess.Popen(
        command,
        bufsize=0,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_bound_to_parent(orphan_signal),
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
    )


def _bound_to_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, orphan_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return bind


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the session that `process` leads, its own children included."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS: a group of zombies is "not permitted"
        pass


def stop(
    process: subprocess.Popen[bytes],
    seconds: float = 10,
    how: signal.Signals = signal.SIGTERM,
) -> None:
    """End `process` in good order, or by force after `seconds`."""
    process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    kill_group(process)
    process.wait()
