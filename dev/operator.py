"""`make operator`: a command of an operator on what `make run` runs, with the same settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dev import settings, valkey
from dev.run import DEFAULT_PORTS, ROOT
from dev.settings import Ports


def main(words: list[str], var: Path = ROOT / "var") -> int:
    """Run `python -m shopify_app` with these words. Returns its exit status."""
    if not (var / "dev.env").exists():
        print("nothing has run here yet: make run", file=sys.stderr)
        return 1
    ports = Ports(*(int(os.environ.get(name) or port) for name, port in DEFAULT_PORTS.items()))
    env = settings.for_parts(os.environ, ports, var)
    if not settings.is_set(env, "REDIS_URL"):
        env["REDIS_URL"] = valkey.url(var / "valkey.sock")
    command = [sys.executable, "-m", "shopify_app", *words]
    return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
