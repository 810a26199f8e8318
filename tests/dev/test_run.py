"""What `make run` says when it cannot start. The rest needs the whole product."""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from dev import settings
from dev.run import DEFAULT_PORTS, ROOT
from dev.settings import Ports


def refusal(var: Path, **environment: str) -> str:
    """The one line it ends with."""
    ended = subprocess.run(
        [sys.executable, "-m", "dev.run", "--var", var],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(var), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    return line


def test_a_busy_port_is_named_with_the_setting_to_change(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        line = refusal(tmp_path, SANDBOX_SMTP_PORT=str(port))
    assert line.startswith(f"Port {port} cannot be used")
    assert "make run SANDBOX_SMTP_PORT=" in line


def test_one_port_cannot_serve_two_parts(tmp_path: Path, unused_ports: list[str]) -> None:
    same = unused_ports[0]
    assert f"Port {same} cannot be used" in refusal(tmp_path, WEB_PORT=same, SANDBOX_PORT=same)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///nowhere.sock", "redis://h:port"])
def test_a_redis_that_does_not_answer_is_one_line(
    tmp_path: Path, url: str, unused_ports: list[str]
) -> None:
    line = refusal(tmp_path, REDIS_URL=url, **dict(zip(DEFAULT_PORTS, unused_ports, strict=True)))
    assert line.startswith("No Redis answers at REDIS_URL (")


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_a_port_has_to_be_a_port_number(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, WEB_PORT=text) == f"WEB_PORT has to be a port number, not '{text}'"


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        line = refusal(tmp_path)
    assert line == f"Retrack is already running on {tmp_path} (process 4711)"


def test_secrets_are_made_up_once_for_their_owner_alone(tmp_path: Path) -> None:
    first = settings.for_parts({}, Ports(1, 2, 3), tmp_path)
    assert settings.for_parts({}, Ports(1, 2, 3), tmp_path) == first
    assert (tmp_path / "dev.env").stat().st_mode & 0o777 == 0o600
    assert len({first[name] for name in settings.SECRETS}) == len(settings.SECRETS)


def test_what_the_user_has_set_wins(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    user = {"DATABASE_URL": "postgresql://db/mine", "SECRET_KEY_FILE": str(tmp_path / "key")}
    env = settings.for_parts(user, Ports(1, 2, 3), tmp_path)
    assert env["DATABASE_URL"] == "postgresql://db/mine"
    assert "SECRET_KEY" not in env
    assert settings.value(env, "SECRET_KEY") == "from a file"


def test_the_parts_meet_on_this_machine_past_any_proxy(tmp_path: Path) -> None:
    env = settings.for_parts({"NO_PROXY": "intranet"}, Ports(1, 2, 3), tmp_path)
    assert env["no_proxy"] == "intranet,127.0.0.1,localhost"
    assert env["SHOPIFY_ADMIN_URL"] == "http://127.0.0.1:2/stores/{shop}"


@pytest.fixture
def unused_ports() -> list[str]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        return [str(probe.getsockname()[1]) for probe in probes]
