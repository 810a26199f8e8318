"""What an operator sees of the workers' processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shopify_app import queue
from shopify_app.jobs import supervisor
from shopify_app.settings import ROOT

SAY_THEIR_NAMES = """
import sys; from pathlib import Path; from shopify_app.jobs import supervisor
for name in sys.argv[1:]: supervisor.be_called(name); print(Path("/proc/self/comm").read_text())
"""
TOLD_TO_STOP_TOO_SOON = """
import os, signal, time; from shopify_app.jobs import supervisor
def never_hears():
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(20)
supervisor.Supervisor({"first": never_hears, "second": never_hears}).run()
"""


def _run(script: str, *words: str) -> str:
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=15
    ).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process name itself so")
def test_a_process_is_called_by_its_queue_whole() -> None:
    wanted = [f"retrack-{name}" for name in (*queue.JOBS, "ticker")]
    assert _run(SAY_THEIR_NAMES, *wanted).split() == wanted


def test_parts_that_do_not_hear_yet_end_when_told_to_stop() -> None:
    _run(TOLD_TO_STOP_TOO_SOON)


@pytest.mark.parametrize("queues", ["", "inbox,letters", ","])
def test_a_queue_that_is_none_is_refused_before_anything_is_begun(
    queues: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["worker.py", "--queues", queues])
    with pytest.raises(SystemExit) as ended:
        supervisor.main(lambda: pytest.fail("began"))
    assert ended.value.code == 2
    assert "choose some of inbox, deliver, poll, bulk" in capsys.readouterr().err
