"""The supervisor, tried on a toy product in a process of its own."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from dev.run import ROOT
from tests.waiting import eventually


@contextmanager
def supervised(
    folder: Path, kind: str = "waiting", output: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.dev.toy", kind, str(folder)]
    with (folder / "output").open("wb") as file:
        started = subprocess.Popen(command, cwd=ROOT, stdout=output or file, stderr=file)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


def pid(folder: Path, name: str) -> int:
    """The process id that a toy part wrote, 0 if it has not yet."""
    path = folder / name
    return int(path.read_text() or 0) if path.exists() else 0


def all_up(folder: Path) -> bool:
    return bool(pid(folder, "first.pid") and pid(folder, "second.pid"))


def lives(process: int) -> bool:
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE


def everything(folder: Path) -> list[int]:
    names = ("first.pid", "first.child", "second.pid", "second.child")
    return [pid(folder, name) for name in names]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_parts_in_reverse_order_and_leaves_no_process(
    tmp_path: Path, how: signal.Signals
) -> None:
    with supervised(tmp_path) as supervisor:
        eventually(lambda: all_up(tmp_path))
        supervisor.send_signal(how)
        assert supervisor.wait(10) == 0
        assert (tmp_path / "ended").read_text() == "second first "
        assert not any(map(lives, everything(tmp_path)))


def test_a_killed_supervisor_takes_its_parts_along(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent died")
    with supervised(tmp_path) as supervisor:
        eventually(lambda: all_up(tmp_path))
        supervisor.kill()
        eventually(lambda: not lives(pid(tmp_path, "first.pid")))
        eventually(lambda: not lives(pid(tmp_path, "second.pid")))
    for name in ("first.child", "second.child"):  # a part's own children are the part's business
        os.kill(pid(tmp_path, name), signal.SIGKILL)


def test_a_closed_terminal_stops_everything(tmp_path: Path) -> None:
    terminal, side_of_the_program = pty.openpty()
    with supervised(tmp_path, output=side_of_the_program) as supervisor:
        os.close(side_of_the_program)
        eventually(lambda: all_up(tmp_path))
        os.close(terminal)
        assert supervisor.wait(10) == 0
        eventually(lambda: not any(map(lives, everything(tmp_path))))


def test_a_dead_part_is_said_and_started_again_without_its_old_children(tmp_path: Path) -> None:
    with supervised(tmp_path):
        eventually(lambda: all_up(tmp_path))
        dead, orphan = pid(tmp_path, "first.pid"), pid(tmp_path, "first.child")
        os.kill(dead, signal.SIGKILL)
        eventually(lambda: pid(tmp_path, "first.pid") not in {0, dead})
        assert not lives(orphan)
        said = (tmp_path / "output").read_text()
        assert "first ended (signal SIGKILL); starting it again" in said


def test_a_part_that_keeps_dying_stops_everything_and_says_why(tmp_path: Path) -> None:
    with supervised(tmp_path, "dying") as supervisor:
        assert supervisor.wait(20) == 1
        said = (tmp_path / "output").read_text()
        assert said.count("ValueError: no such setting") == 4
        assert "third ended 4 times in a row" in said
        assert not any(map(lives, everything(tmp_path)))


def test_the_terminal_gets_the_warnings_and_the_log_gets_all(tmp_path: Path) -> None:
    with supervised(tmp_path):
        eventually(lambda: "second   WARNING a loud word" in (tmp_path / "output").read_text())
        assert "quiet" not in (tmp_path / "output").read_text()
        assert "a quiet word" in (tmp_path / "second.log").read_text()
