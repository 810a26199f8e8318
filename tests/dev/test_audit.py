from __future__ import annotations

import pytest

from dev import audit

GOOD = {"name": "flask", "version": "3.1.3", "vulns": []}
BAD = {"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-2018-66"}]}
SKIPPED = {"name": "flask", "skip_reason": "the service did not answer"}


@pytest.mark.parametrize(
    ("packages", "required", "status", "line"),
    [
        ([GOOD], True, 0, "audited: 1 packages (requirements.txt)"),
        ([GOOD, BAD], False, 1, "vulnerable: flask 0.1: PYSEC-2018-66"),
        ([GOOD, SKIPPED], False, 0, "not audited: 1 of 2 packages (requirements.txt)"),
        ([GOOD, SKIPPED], True, 1, "not audited: 1 of 2 packages (requirements.txt)"),
    ],
)
def test_only_what_was_looked_up_counts_as_audited(
    packages: list[dict[str, object]],
    required: bool,
    status: int,
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit.report(packages, required) == status
    assert line in capsys.readouterr().out.splitlines()
