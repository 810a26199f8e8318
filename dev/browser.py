"""Finds or installs the Chromium of the browser tests; `python -m dev.browser` says which it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with its sandbox
    "--disable-dev-shm-usage",  # containers give 64 MB of it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--metrics-recording-only",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""What keeps a Chromium under test to this machine: no request of its own leaves it."""

LAST_LINES = 5

NONE_FOUND = (
    "The browser tests need Chromium or Chrome, and none could be installed. Install one, or name "
    "it: CHROMIUM=/path/to/chromium make test. All other tests: "
    '.venv/bin/python -m pytest -m "not browser"'
)


class NoBrowser(Exception):
    """There is no Chromium. The message says what to do."""


def find() -> Path | None:
    """The Chromium to use: CHROMIUM, one on the PATH, a Mac's, or the one playwright installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"CHROMIUM={named} is not a program")
        return Path(named)
    on_path = (shutil.which(name) for name in NAMES)
    present = [path for path in (*on_path, *MAC_APPS) if path and os.access(path, os.X_OK)]
    return Path(present[0]) if present else _playwrights_own()


def ensure() -> Path:
    """The Chromium to use, installed if there is none. Raises NoBrowser."""
    found = find()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _say_and_run("apt-get", "-q", "update")
        _say_and_run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
    else:
        _say_and_run(sys.executable, "-m", "playwright", "install", "chromium")
    found = find()
    if not found:
        raise NoBrowser(NONE_FOUND)
    return found


def _playwrights_own() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def _say_and_run(*command: str) -> None:
    """Run a step of the installation; its last words are shown if it fails."""
    print(f"No Chromium here yet: {Path(command[0]).name} {' '.join(command[1:])}", flush=True)
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-LAST_LINES:]), flush=True)


if __name__ == "__main__":
    try:
        print(f"Browser: {ensure()}")
    except NoBrowser as problem:
        raise SystemExit(str(problem)) from None
