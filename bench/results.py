"""Keeping what a benchmark found, with what has to be known to read it."""

from __future__ import annotations

import json
import math
import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("results")
PACKAGES = ("sqlalchemy", "psycopg", "redis", "requests", "rq")


def keep(name: str, figures: dict[str, Any]) -> None:
    """Write `figures` to bench/results/NAME.json, and print them."""
    told = {"bench": name, **_circumstances(), **figures}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def percentile(sorted_values: list[float], share: float) -> float:
    """The value that this share of them does not exceed. Raises IndexError if there is none."""
    return sorted_values[max(math.ceil(share * len(sorted_values)) - 1, 0)]


def _circumstances() -> dict[str, Any]:
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": platform.system(),
        },
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{package: version(package) for package in PACKAGES},
        },
    }


def _processor() -> str:
    """What the processor calls itself, where Linux tells; else its architecture."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
