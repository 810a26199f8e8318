from __future__ import annotations

from pathlib import Path

import pytest

from dev import browser


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_named_one_goes_before_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, found = program(tmp_path, "mine"), program(tmp_path, "chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert browser.find() == found
    monkeypatch.setenv("CHROMIUM", str(named))
    assert browser.find() == named


def test_a_named_one_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/not/there")
    with pytest.raises(browser.NoBrowser, match="CHROMIUM=/not/there is not a program"):
        browser.find()
