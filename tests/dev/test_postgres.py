from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from dev import postgres
from dev.run import ROOT
from tests.waiting import eventually

HOLDS_A_SERVER = """
import time
from dev import postgres
with postgres.running() as url:
    print(url, flush=True)
    time.sleep(1000)
"""


def folder_of(url: str) -> Path:
    return Path(url.split("host=")[1])


def servers_on(folder: Path) -> list[psutil.Process]:
    return [
        found
        for found in psutil.process_iter(["cmdline", "status"])
        if str(folder) in " ".join(found.info["cmdline"] or [])
        and found.info["status"] != psutil.STATUS_ZOMBIE
    ]


def test_the_server_speaks_utc_and_utf8_and_is_gone_after_the_block() -> None:
    with postgres.running() as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SELECT upper('đã giao')").fetchone() == ("ĐÃ GIAO",)
    assert servers_on(folder_of(url)) == []
    assert not folder_of(url).exists()


def test_the_server_goes_with_a_parent_that_is_killed() -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent died")
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert servers_on(folder_of(url))
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: not servers_on(folder_of(url)))
    with postgres.running():  # the next one clears away what the killed one left
        assert not folder_of(url).exists()
