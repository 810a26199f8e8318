"""The processes of a product, each started again when it dies, as an operator's supervisor does."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench import servers
from dev import process
from shopify_app.settings import ROOT

REST = 0.5
"""Seconds before a dead part is started again."""
Command = Sequence[str | Path]


@dataclass
class _Part:
    command: Command
    uid: int | None
    child: subprocess.Popen[bytes]
    died_at: float | None = None


class Parts:
    """Use it as a context: leaving it stops every part. What they say is in `log`."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self._env, self._log = env, log.open("ab")
        self._parts: dict[str, _Part] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for name in reversed(list(self._parts)):
            self.end(name)
        self._log.close()

    def start(self, name: str, command: Command, uid: int | None = None) -> None:
        """Start a part, which is kept from now on."""
        child = process.spawn(command, env=self._env, cwd=ROOT, output=self._log, uid=uid)
        self._parts[name] = _Part(command, uid, child)

    def end(self, name: str) -> None:
        """Stop a part in good order; it is not kept any more."""
        process.stop(self._parts.pop(name).child, seconds=30)

    def keep(self) -> None:
        """Start again what died a moment ago, and end what it left behind."""
        for name, part in list(self._parts.items()):
            if part.child.poll() is None:
                continue
            part.died_at = part.died_at or time.monotonic()
            if time.monotonic() - part.died_at >= REST:
                process.kill_group(part.child)
                self.start(name, part.command, part.uid)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Tell a part something."""
        self._parts[name].child.send_signal(number)

    def command(self, name: str) -> Command:
        """What a part was started by."""
        return self._parts[name].command

    def family(self, name: str) -> list[int]:
        """The process of a part and all it started; none while it is dead."""
        child = self._parts[name].child
        return servers.family(child) if child.poll() is None else []

    def kill_all(self, name: str) -> None:
        """Kill a part and all it started at once, as a machine does that goes down."""
        for pid in self.family(name):
            kill(pid)

    def called(self, name: str, process_name: str) -> list[int]:
        """Those of a part's family that have this name."""
        return [pid for pid in self.family(name) if _name(pid) == process_name]


def kill(pid: int) -> None:
    """Kill -9; that it is gone already is well."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _name(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""
