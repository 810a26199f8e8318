"""The access log, in whatever format somebody asks for it, holds no secret and no customer."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from shopify_app.server_log import FORMAT, ServerLog, masked

SECRETS = ("eyJ.id.token", "sealed-link", "Maren", "203.0.113.9", "cookie-value", "shpss_")
COMMON = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(U)s?%(q)s'
EVERYTHING = f"{COMMON} %({{authorization}}i)s %({{cookie}}i)s %({{HTTP_COOKIE}}e)s %({{x}}o)s"
PATHS = [
    "/stop/sealed-link",
    "/downloads/sealed-link",
    "/webhooks/email/sealed-link",
    "/webhooks/carriers/17track/sealed-link",
]


def logged(path: str, form: str) -> str:
    """A line of the log for a request that carries a secret wherever one can stand."""
    headers = {
        "AUTHORIZATION": "Bearer eyJ.id.token",
        "COOKIE": "session=cookie-value",
        "REFERER": "https://retrack.test/?id_token=eyJ.id.token",
    }
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"{path}?id_token=eyJ.id.token&q=Maren",
        "PATH_INFO": path,
        "QUERY_STRING": "id_token=eyJ.id.token&q=Maren",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_AUTHORIZATION": "Basic TWFyZW46cGFzcw==",
        "HTTP_COOKIE": "session=cookie-value",
        "HTTP_REFERER": headers["REFERER"],
        "HTTP_USER_AGENT": "Browser/1",
    }
    log = ServerLog(Config())
    response = SimpleNamespace(status=200, sent=5, headers=[("x", "shpss_"), ("Set-Cookie", "y")])
    request = SimpleNamespace(headers=list(headers.items()))
    atoms = log.atoms(response, request, environ, timedelta(seconds=1))
    return form % log.atoms_wrapper_class(atoms)


@pytest.mark.parametrize("form", [FORMAT, COMMON, EVERYTHING], ids=["ours", "common", "all"])
@pytest.mark.parametrize("path", ["/orders", *PATHS])
def test_a_line_holds_no_secret(path: str, form: str) -> None:
    line = logged(path, form)
    assert [secret for secret in SECRETS if secret in line] == []
    assert "GET" in line
    assert path.rpartition("/")[0] in line


def test_ours_says_what_was_asked_and_how_it_went() -> None:
    assert '"GET /orders HTTP/1.1" 200 5 1.000000' in logged("/orders", FORMAT)


def test_a_path_stays_one_line() -> None:
    assert masked("/orders\r\nGET /forged\x1b[31m\u2028") == r"/orders\r\nGET /forged\x1b[31m\u2028"
    assert masked("/stop/a\nb") == "/stop/..."
