"""What can be read off the code and its locks: each is a way in that was left shut."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from shopify_app import settings
from shopify_app.settings import ROOT
from tests.support import App

CODE = sorted(
    [*(ROOT / "shopify_app").rglob("*.py"), *(ROOT / "webhooks").rglob("*.py"), ROOT / "wsgi.py"]
)
SECRET = re.compile(r"(^|_)(sign(ature|ed)?|hmac|digest|mac|token|secret|password|nonce)s?$")
"""Names of what must not be compared sign by sign."""
DANGEROUS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "pickle.loads",
    "pickle.load",
    "marshal.loads",
    "shelve.open",
    "yaml.load",
    "random.random",
    "random.choice",
    "random.randint",
    "tempfile.mktemp",
    "hashlib.md5",
    "hashlib.sha1",
}
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_no_secret_is_compared_by_a_way_whose_time_tells_of_it() -> None:
    found = []
    for path in CODE:
        for node in nodes(path):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                names = {name_of(side) for side in (node.left, *node.comparators)}
                if any(SECRET.search(name) for name in names):
                    found.append((path.name, ast.unparse(node)))
    assert set(found) == {
        # Nobody who asks us is compared with any of these.
        ("tokens.py", "shop.access_token == refused_token"),  # ours with ours
        ("message_template.py", "token == 'raw_begin'"),  # a word of Jinja's
        ("shops.py", "shop.digest != chosen.digest"),  # how often a mail of news is wanted
        ("fulfill.py", "Fulfilling.nonce == nonce"),  # a form sent twice, of one's own shop
    }


def test_signatures_are_compared_by_hmac_or_secrets() -> None:
    comparing = {path.name for path in CODE if "compare_digest(" in path.read_text()}
    assert comparing >= {"verify.py", "reports.py", "code_grant.py", "client.py"}
    of_figures = [path for path in CODE if "metrics" in str(path)]
    assert [path for path in of_figures if "compare_digest(" in path.read_text()]


def test_nothing_runs_what_it_reads_and_nothing_secret_is_made_by_dice() -> None:
    found = {
        (path.name, ast.unparse(node.func))
        for path in CODE
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in DANGEROUS
    }
    # When a parcel is looked at next: spread out, not guessed at.
    assert found == {("looking.py", "random.random")}


def test_no_shell_is_started() -> None:
    for path in CODE:
        for node in nodes(path):
            if isinstance(node, ast.Call):
                assert "shell" not in {each.arg for each in node.keywords}, path


def test_no_statement_is_put_together_from_text() -> None:
    """`text()` takes what was written here, whole; values go beside it."""
    found = [
        (path.name, ast.unparse(node.args[0]))
        for path in CODE
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and name_of(node.func) == "text"
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    # The condition of an index, made of a name that stands in the code, when a table is made.
    assert found == [("order.py", "f'{column} IS NOT NULL'")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_to_a_version_and_its_files(name: str) -> None:
    entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    locked = [line for line in entries if line.strip() and not line.lstrip().startswith("#")]
    assert len(locked) > 20
    for line in locked:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[^ ]+ ", line), line
        assert "--hash=sha256:" in line, line
        assert "://" not in line, "by name, from whatever index is trusted"


def test_every_script_is_locked_to_a_version_and_its_content() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    others = {name: each for name, each in packages.items() if name}
    assert others
    assert [name for name, each in others.items() if "integrity" not in each] == []


def test_the_checks_are_part_of_make_check() -> None:
    check = (ROOT / "Makefile").read_text().partition("\ncheck:")[2].partition("\n\n")[0]
    for tool in ("bandit", "dev.audit", "mypy", "lint-imports"):
        assert tool in check
    assert "--require-hashes" in (ROOT / "dev/setup.py").read_text()


def test_no_secret_is_written_in_the_code() -> None:
    shapes = re.compile(
        r"shp(at|ss|rt|ca|pa)_[a-f0-9]{8,}|sk_live_|AC[a-f0-9]{32}|-----BEGIN [A-Z ]*KEY"
    )
    for path in [*CODE, *ROOT.glob("*.toml"), *(ROOT / "templates").rglob("*.html")]:
        assert not shapes.search(path.read_text()), path


def test_nothing_is_left_on_that_is_for_development(app: App) -> None:
    flask = app.client.application
    assert not flask.debug
    assert not flask.config["PROPAGATE_EXCEPTIONS"]
    assert flask.url_map.host_matching is False
    rules = {str(rule) for rule in flask.url_map.iter_rules()}
    assert not [rule for rule in rules if re.search(r"debug|console|swagger|admin/", rule)]
    assert {"dev_clock_url", "dev_frame_ancestors"} <= set(settings.Settings.__slots__)


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH"])
def test_methods_that_nobody_needs_are_refused(method: str, app: App) -> None:
    for path in ("/", "/orders", "/webhooks", "/settings", "/healthz", "/stop/x"):
        assert app.client.open(path, method=method).status_code == 405, path


def test_an_error_is_told_to_nobody_in_its_own_words(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("SELECT canary FROM secrets")

    flask = app.client.application
    for rule in ("admin.order_list_page", "unsubscribe.page", "health.healthz", "auth.patch"):
        monkeypatch.setitem(flask.view_functions, rule, broken)
    monkeypatch.setattr(flask, "testing", False)
    pages = [app.visit("/orders"), *map(app.client.get, ("/stop/x", "/healthz", "/auth/patch"))]
    for page in pages:
        assert page.status_code == 500
        assert "canary" not in page.text
        assert "Traceback" not in page.text
        assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_files_are_served_from_their_folder_alone(app: App) -> None:
    for path in (
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/static//etc/passwd",
        "/static/vendor",
        "/static/",
        "/.git/config",
        "/.env",
        "/static/css/..%5c..%5csettings.py",
    ):
        assert app.client.get(path).status_code == 404, path
