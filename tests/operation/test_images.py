"""What containers and hosts are told to start, copy and read is there."""

from __future__ import annotations

import fnmatch
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from shopify_app import cli
from shopify_app.settings import ROOT, Settings

SETTINGS = {field.name.upper() for field in fields(Settings)}
DOCKERFILE = (ROOT / "Dockerfile").read_text().splitlines()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
BUILT = "shopify_app/static/vendor"


def instructions(name: str) -> list[list[str]]:
    return [line.split()[1:] for line in DOCKERFILE if line.split()[:1] == [name]]


def copied() -> Iterator[str]:
    """What the Dockerfile copies from this folder."""
    for words in instructions("COPY"):
        if not words[0].startswith("--from"):
            yield from words[:-1]


def ours() -> list[dict[str, Any]]:
    """The services that are of our image."""
    return [service for service in COMPOSE["services"].values() if service["image"] == "retrack"]


def commands() -> Iterator[list[str]]:
    [command] = instructions("CMD")
    yield json.loads(" ".join(command))
    yield from (service["command"] for service in ours() if "command" in service)
    yield from (shlex.split(line.replace("${PORT:-8000}", "8000")) for line in PROCFILE.values())


def test_what_is_copied_into_the_image_is_there() -> None:
    assert [name for name in copied() if not (ROOT / name).exists()] == []


def test_the_builder_gets_what_is_copied_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(copied())
    assert BUILT in rules, "what a machine built itself stays there"


def test_every_module_that_the_product_imports_is_in_the_image(tmp_path: Path) -> None:
    for name in copied():
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        else:
            shutil.copy(source, target)
    whole = "import shopify_app.cli, shopify_app.bootstrap, worker"
    done = subprocess.run(
        [sys.executable, "-c", whole], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_that_is_started_is_there(command: list[str]) -> None:
    match command:
        case ["gunicorn", module, "--bind", address]:
            assert (ROOT / f"{module.partition(':')[0]}.py").exists()
            assert address == "0.0.0.0:8000"
        case ["python", "-m", "shopify_app", name]:
            assert name in cli.COMMANDS
        case ["python", script]:
            assert (ROOT / script).exists()
        case _:
            pytest.fail(f"nobody knows {command}")


def test_a_host_starts_what_an_operator_would() -> None:
    assert {*PROCFILE} == {"release", "web", "worker"}


def test_every_setting_that_is_given_is_one() -> None:
    given = {name.removesuffix("_FILE") for service in ours() for name in service["environment"]}
    assert given <= SETTINGS
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEYS"} <= given


def test_every_secret_is_a_file_that_its_service_gets() -> None:
    for service in COMPOSE["services"].values():
        named = {
            value.removeprefix("/run/secrets/")
            for name, value in service.get("environment", {}).items()
            if name.endswith("_FILE")
        }
        assert named == set(service.get("secrets", []))
    for name, told in COMPOSE["secrets"].items():
        assert told == {"file": f"secrets/{name}"}
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"secrets/", "retrack.env"} <= set(ignored)


def test_who_waits_for_somebody_waits_for_a_service_that_can_be_waited_for() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        for name, told in service.get("depends_on", {}).items():
            if told["condition"] == "service_healthy":
                assert services[name]["healthcheck"]["test"]
            else:
                assert services[name]["restart"] == "no"


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_lives() -> None:
    last = max(i for i, line in enumerate(DOCKERFILE) if line.startswith("FROM"))
    final = "\n".join(DOCKERFILE[last:])
    assert "\nUSER retrack\n" in final
    assert "/healthz" in final.split("HEALTHCHECK")[1]
    assert final.index("USER retrack") < final.index("CMD [")


def test_packages_are_installed_by_their_hashes() -> None:
    runs = [" ".join(words) for words in instructions("RUN")]
    assert any("pip install --no-cache-dir --require-hashes -r requirements.txt" in r for r in runs)
    assert any("npm ci --omit=dev" in run for run in runs)
    assert not fnmatch.filter(runs, "*npm install*")
