"""docs/security.md names tests: each is there, and each file of this folder is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopify_app.settings import ROOT

HERE = Path(__file__).parent
TEXT = (ROOT / "docs/security.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`", TEXT)))
ROWS = [line.split("|")[1:-1] for line in TEXT.splitlines() if re.match(r"\| \d", line)]


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_is_there(file: str, test: str) -> None:
    places = [HERE / file, HERE.parent / file, ROOT / file]
    [found] = [place for place in places if place.is_file()]
    assert f"def {test}(" in found.read_text() or not test


def test_every_file_of_this_folder_is_named() -> None:
    files = {path.name for path in HERE.glob("test_*.py")} - {Path(__file__).name}
    assert files - {file for file, _ in NAMED} == set()


def test_every_requirement_has_its_number_once_and_a_test() -> None:
    ids = [each.strip() for row in ROWS for each in row[0].split(",")]
    assert len(ids) > 60
    assert all(re.fullmatch(r"\d{1,2}\.\d\.\d{1,2}", each) for each in ids)
    assert len(ids) == len(set(ids)), "a requirement is met in one row"
    assert all("test_" in row[2] for row in ROWS)


def test_who_finds_a_weakness_finds_how_to_report_it() -> None:
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text()
    assert "SECURITY.md" in (ROOT / "README.md").read_text()
