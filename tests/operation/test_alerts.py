"""Alerts and dashboard name figures that there are, and every alert has a page of what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from shopify_app import database, metrics
from shopify_app.jobs import process_inbox
from shopify_app.models import Calls, Inbox
from shopify_app.settings import ROOT
from tests import payloads
from tests.support import NOON, App
from webhooks import receive

OPERATION = ROOT / "docs" / "operation"
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
CASES = Path(__file__).with_name("alerts.test.yml")
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not on the PATH")
TOKEN = "the-token-of-the-scraper"


def alerts() -> list[dict[str, Any]]:
    told = yaml.safe_load((OPERATION / "alerts.yml").read_text())
    return [rule for group in told["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((OPERATION / "dashboard.json").read_text())["panels"]
    return told


def expressions() -> Iterable[str]:
    yield from (rule["expr"] for rule in alerts())
    yield from (target["expr"] for panel in panels() for target in panel.get("targets", []))


@pytest.fixture
def samples(app: App) -> set[str]:
    """Every figure of a house where something of each kind happened: `name` and `name label`."""
    house = app.house
    house.notify()
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    with house.changing_account() as (_, account):
        account.answered_at, account.quota_left, account.problem = NOON, 5, "auth"
    now = NOON.isoformat()
    body = payloads.order(payloads.ORDER + 1)
    assert app.webhook("orders/create", body, X_Shopify_Triggered_At=now).status_code == 200
    process_inbox.run()
    with database.writing() as session:
        about = {"day": NOON.date(), "what": "fetch", "calls": 2, "numbers": 50}
        session.add(Calls(account_id=house.account().id, **about))
        came = receive.row("email", "email", "bounce", "1", b"")
        session.add(Inbox(**came, state="set_aside"))
    metrics.configure(TOKEN)
    answer = app.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    metrics.configure("")
    found = text_string_to_metric_families(answer.text)
    every = [sample for family in found for sample in family.samples]
    named = {sample.name for sample in every}
    labelled = {f"{s.name}{{{label}={value}" for s in every for label, value in s.labels.items()}
    return named | labelled | {family.name for family in found}


def test_every_figure_that_is_named_is_there(samples: set[str]) -> None:
    families = {name for name in samples if "{" not in name}
    for expression in expressions():
        named = set(re.findall(r"\bretrack_\w+", expression))
        assert named <= families, expression


def test_every_value_of_a_label_that_is_named_is_there(samples: set[str]) -> None:
    for expression in expressions():
        for name, label, values in re.findall(r'(retrack_\w+)\{(\w+)=~?"([^"]+)"', expression):
            for value in values.split("|"):
                assert f"{name}{{{label}={value}" in samples, expression


def test_every_alert_has_a_page_and_every_page_its_alert() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert re.findall(r"^## (Retrack\w+)$", RUNBOOK, re.MULTILINE) == names


def test_every_alert_says_what_is_wrong_and_how_bad_it_is() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule
        assert rule["annotations"]["summary"], rule


def test_every_alert_is_tried() -> None:
    tried = [case for test in yaml.safe_load(CASES.read_text())["tests"]
             for case in test["alert_rule_test"]]  # fmt: skip
    for names in (
        {case["alertname"] for case in tried if case.get("exp_alerts")},
        {case["alertname"] for case in tried if not case.get("exp_alerts")},
    ):
        assert names == {rule["alert"] for rule in alerts()}


def promtool(*words: str | Path) -> None:
    """Prometheus' own program is content. Debian has it in its package `prometheus`."""
    assert PROMTOOL
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_alerts_fire_and_fall_silent_when_they_are_to() -> None:
    promtool("test", "rules", CASES)


@needs_promtool
def test_prometheus_understands_every_expression(tmp_path: Path) -> None:
    rules = [{"record": f"of:{n}", "expr": told} for n, told in enumerate(expressions())]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    promtool("check", "rules", file)


def test_panels_do_not_lie_on_each_other_and_have_titles() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert panel["title"]
        assert not taken & cells, panel["title"]
        taken |= cells


@pytest.mark.parametrize("page", ["operation.md", "runbook.md", "scale.md"])
def test_every_link_of_the_pages_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", (ROOT / "docs" / page).read_text()):
        path, _, heading = target.partition("#")
        if "://" in target:
            continue
        file = ROOT / "docs" / path if path else ROOT / "docs" / page
        assert file.exists(), target
        assert not heading or heading in _headings(file), target


def _headings(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
