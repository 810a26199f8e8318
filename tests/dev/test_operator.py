"""An operator's commands on the store of `make run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev import operator


def test_a_command_has_the_settings_of_make_run(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dev.env").touch()
    assert operator.main(["doctor"], tmp_path) == 1
    told = capfd.readouterr().out
    assert "mend: DEV_CLOCK_URL is set" in told
    assert "mend: the database is not migrated" in told


def test_before_make_run_it_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert operator.main(["doctor"], tmp_path) == 1
    assert capfd.readouterr().err == "nothing has run here yet: make run\n"
    assert list(tmp_path.iterdir()) == []
