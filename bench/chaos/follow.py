"""`python -m bench.chaos.follow COMMAND`: runs it and, as systemd does, whoever takes its place."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def _tell(number: int, _frame: object) -> None:
    """Pass the signal on to the newest child: the one before is ending already."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    if children:
        os.kill(int(children[-1]), number)


def main(command: list[str]) -> None:
    """Until the last of them has ended."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGUSR2):
        signal.signal(number, _tell)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
