"""A toy product for the supervisor's tests: two parts that write their process ids and wait."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dev.supervisor import Failure, Part, StopAsked, Supervisor

WAITS = """
import os, pathlib, signal, subprocess, sys, time
folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
child = subprocess.Popen(["sleep", "1000"])
(folder / f"{name}.child").write_text(str(child.pid))
(folder / f"{name}.pid").write_text(str(os.getpid()))
print("INFO its.error: a quiet word"); print("WARNING a loud word"); sys.stdout.flush()
try:
    time.sleep(1000)
finally:
    with (folder / "ended").open("a") as ended:
        ended.write(name + " ")
"""
DIES = "print('ValueError: no such setting'); raise SystemExit(3)"


def main(kind: str, folder: Path) -> int:
    try:
        with Supervisor(folder, os.environ, folder) as parts:
            for name in ("first", "second"):
                parts.start(Part(name, [sys.executable, "-c", WAITS, folder, name]))
            if kind == "dying":
                parts.start(Part("third", [sys.executable, "-c", DIES]))
            parts.watch()
    except StopAsked:
        return 0
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2])))
