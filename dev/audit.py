"""Looks up known vulnerabilities of the locked packages, and says how many were really looked up.

pip-audit alone is not enough: where its service cannot be reached it skips every package, says "No
known vulnerabilities found" and ends with 0. So its JSON is read: a vulnerability fails; packages
that were skipped are counted, and fail only under AUDIT=required.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

LOCK = "requirements.txt"


def main() -> int:
    """The exit status: 1 if a package is vulnerable, or not audited though that is required."""
    options = ["--disable-pip", "--progress-spinner", "off", "--format", "json", "-r", LOCK]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *options], capture_output=True, text=True, check=False
    )
    required = os.environ.get("AUDIT") == "required"
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"not audited: no package of {LOCK} ({_last_line(done.stderr)})")
        return int(required)
    return report(packages, required)


def report(packages: list[dict[str, Any]], required: bool) -> int:
    """Print what pip-audit found, and return the exit status."""
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        ids = ", ".join(found["id"] for found in package["vulns"])
        print(f"vulnerable: {package['name']} {package['version']}: {ids}")
    skipped = [package for package in packages if "skip_reason" in package]
    if skipped:
        print(f"not audited: {len(skipped)} of {len(packages)} packages ({LOCK})")
    else:
        print(f"audited: {len(packages)} packages ({LOCK})")
    return int(bool(vulnerable) or bool(skipped and required))


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "pip-audit said nothing"


if __name__ == "__main__":
    raise SystemExit(main())
