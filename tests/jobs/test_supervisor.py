"""What an operator sees of the workers' processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shopify_app import queue
from shopify_app.settings import ROOT

SAYS_ITS_NAME = (
    "import sys; from pathlib import Path; from shopify_app.jobs import supervisor;"
    " supervisor.be_called(sys.argv[1]); print(Path('/proc/self/comm').read_text())"
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process name itself so")
@pytest.mark.parametrize("name", [*queue.JOBS, "ticker"])
def test_a_process_is_called_by_its_queue_whole(name: str) -> None:
    wanted = f"retrack-{name}"
    command = [sys.executable, "-c", SAYS_ITS_NAME, wanted]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == wanted
