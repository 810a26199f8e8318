"""Starts the parts of a product, relays what they say, restarts the dead, stops all in order.

One thread does everything: it reads the parts' pipes, looks whether each is alive, and looks
whether it is asked to stop. It has to be the main thread (see `process.spawn`).
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from dev import process

TICK = 0.1
"""Seconds between two looks at the parts."""
GRACE = 12.0
"""Seconds a part has for an orderly stop."""
DEATHS, WITHIN = 4, 30.0
"""A part that dies so often within so many seconds stops everything."""
REST = 0.5
"""Seconds before a dead part is started again."""
LAST_LINES = 3
"""How much is shown of what a part said quietly before it failed."""

LOUD = re.compile(r"(?<!\.)\b(warn(ing)?|error|critical|fatal)\b", re.IGNORECASE)
"""A word, but not the end of a logger's name: gunicorn tells all it does as gunicorn.error."""


class Failure(Exception):
    """What runs cannot go on. The message is one line for the user."""


class StopAsked(Exception):
    """Ctrl-C, a signal, or the terminal or the parent is gone."""


@dataclass(frozen=True)
class Part:
    """A long-running process of the product. Of a quiet one only its end is shown."""

    name: str
    command: Sequence[str | Path]
    quiet: bool = False


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    unfinished: bytes = b""
    in_traceback: bool = False
    unseen: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))

    @property
    def pipe(self) -> IO[bytes]:
        assert self.process.stdout is not None  # spawned with a pipe
        return self.process.stdout

    def is_loud(self, line: str) -> bool:
        """Whether a line is a warning, an error or belongs to a traceback."""
        if self.part.quiet:
            return False
        if self.in_traceback:
            self.in_traceback = line.startswith((" ", "\t"))
            return True
        self.in_traceback = line.startswith("Traceback ")
        return self.in_traceback or LOUD.search(line) is not None


class Supervisor:
    """Use it as a context: leaving it, however that happens, stops every part.

    `logs` is the folder that gets NAME.log of every part, whole. On the terminal appear warnings
    and errors, or everything if `verbose`.
    """

    def __init__(self, logs: Path, env: Mapping[str, str], cwd: Path, verbose: bool = False):
        self._logs, self._env, self._cwd, self._verbose = logs, env, cwd, verbose
        self._running: list[_Running] = []  # in the order of their start
        self._deaths: dict[str, deque[float]] = {}
        self._parent = os.getppid()
        self._signals: list[int] = []

    def __enter__(self) -> Self:
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(signal.SIGHUP, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.say("\nStopping")
        while self._running:
            self._stop(self._running[-1])
            self._running.pop()

    def start(self, part: Part) -> None:
        """Start a part; from now on it is relayed, restarted and stopped. Raises OSError."""
        log_path = self._logs / f"{part.name}.log"
        if part.name not in self._deaths:
            self._deaths[part.name] = deque(maxlen=DEATHS)
            if log_path.exists():
                log_path.replace(log_path.with_suffix(".log.old"))
        child = process.spawn(part.command, env=self._env, cwd=self._cwd, output=subprocess.PIPE)
        running = _Running(part, child, log_path.open("ab", buffering=0))
        os.set_blocking(running.pipe.fileno(), False)
        self._running.append(running)

    def run(self, command: Sequence[str | Path]) -> str:
        """Run a command to its end and return what it printed.

        Raises Failure with that if it did not end well, and StopAsked as `watch` does.
        """
        with tempfile.TemporaryFile() as printed:
            child = process.spawn(command, env=self._env, cwd=self._cwd, output=printed)
            try:
                self.watch(lambda: child.poll() is not None)
            finally:
                process.stop(child)
            printed.seek(0)
            text = printed.read().decode(errors="replace").strip()
        if child.returncode:
            raise Failure(text or f"{command} ended: {_reason(child.returncode)}")
        return text

    def watch(self, until: Callable[[], bool] = lambda: False, seconds: float = 1e9) -> None:
        """Relay and restart until `until` holds.

        Raises StopAsked when asked to stop; Failure when a part keeps dying, or when `until` does
        not hold after `seconds`.
        """
        deadline = time.monotonic() + seconds
        while not until():
            self._raise_if_asked_to_stop()
            self._relay()
            for running in list(self._running):
                if running.process.poll() is not None:
                    self._restart(running)
            time.sleep(TICK)
            if time.monotonic() > deadline:
                raise Failure(f"Not ready after {seconds:.0f} s. What happened is in {self._logs}/")

    def say(self, text: str) -> None:
        """Print a line. A terminal that is gone is a reason to stop, not an error."""
        try:
            os.write(sys.stdout.fileno(), f"{text}\n".encode())
        except OSError:
            pass

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)

    def _raise_if_asked_to_stop(self) -> None:
        if self._signals or self._nobody_listens() or os.getppid() != self._parent:
            raise StopAsked

    def _nobody_listens(self) -> bool:
        """Whether the terminal is closed, or the reader of a pipe gone. There may be no SIGHUP:
        where make leads the session, the kernel sends it to make alone."""
        output = select.poll()
        output.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in output.poll(0))

    def _relay(self) -> None:
        for running in self._running:
            self._read(running)

    def _read(self, running: _Running) -> None:
        while chunk := running.pipe.read(65536):
            running.log.write(chunk)
            *lines, running.unfinished = (running.unfinished + chunk).split(b"\n")
            for line in lines:
                self._show(running, line.decode(errors="replace").rstrip())

    def _show(self, running: _Running, line: str) -> None:
        if running.is_loud(line) or self._verbose:
            self.say(f"{running.part.name:8} {line}")
            running.unseen.clear()
        else:
            running.unseen.append(line)

    def _restart(self, dead: _Running) -> None:
        name, place = dead.part.name, self._running.index(dead)
        del self._running[place]
        self._bury(dead)
        if dead.process.returncode > 0:
            for line in dead.unseen:
                self.say(f"{name:8} {line}")
        deaths = self._deaths[name]
        deaths.append(time.monotonic())
        if len(deaths) == DEATHS and deaths[-1] - deaths[0] < WITHIN:
            raise Failure(f"{name} ended {DEATHS} times in a row. Its log: {self._logs}/{name}.log")
        self.say(f"{name} ended ({_reason(dead.process.returncode)}); starting it again")
        time.sleep(REST)
        self.start(dead.part)
        self._running.insert(place, self._running.pop())

    def _stop(self, running: _Running) -> None:
        deadline = time.monotonic() + GRACE
        running.process.send_signal(signal.SIGTERM)
        while running.process.poll() is None:
            if self._signals.count(signal.SIGINT) > 1 or time.monotonic() > deadline:
                process.kill_group(running.process)
            self._relay()
            time.sleep(TICK)
        self._bury(running)

    def _bury(self, dead: _Running) -> None:
        """End what a dead part left running, and take its last words."""
        process.kill_group(dead.process)
        self._read(dead)
        if dead.unfinished:
            self._show(dead, dead.unfinished.decode(errors="replace"))
        dead.pipe.close()
        dead.log.close()


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
