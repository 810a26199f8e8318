"""The settings: read once, checked, and refused in one line that says what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopify_app.environment import BadSetting
from shopify_app.settings import DEFAULT_SCOPES, ROOT, load
from tests.support import API_SECRET, ENVIRONMENT

KEY = ENVIRONMENT["ENCRYPTION_KEYS"]
OTHER_KEY = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
NEEDED = {
    name: ENVIRONMENT[name]
    for name in (
        "SHOPIFY_API_KEY",
        "SHOPIFY_API_SECRET",
        "APP_URL",
        "SECRET_KEY",
        "ENCRYPTION_KEYS",
    )
} | {"REDIS_URL": "redis://localhost:6379/0"}


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in NEEDED.items() if key != name}


def test_what_is_not_said_has_a_default_that_works_on_a_bare_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # wherever it is started
    settings = load(NEEDED)
    assert settings.database_url == f"sqlite:///{ROOT}/var/retrack.sqlite"
    assert settings.shopify_scopes == DEFAULT_SCOPES
    assert settings.shopify_api_version == "2026-10"
    assert settings.shopify_admin_url == "https://{shop}"
    assert settings.seventeentrack_url == "https://api.17track.net/track/v2.4"
    assert settings.twilio_url == "https://api.twilio.com"
    assert (settings.smtp_url, settings.twilio_account_sid) == ("", "")
    assert (settings.log_level, settings.web_workers) == ("INFO", 1)
    assert settings.trusted_proxies == 1
    assert (settings.dev_clock_url, settings.dev_frame_ancestors) == ("", "")


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, "", "  "], ids=["missing", "empty", "blank"])
def test_what_is_needed_is_asked_for_by_name(name: str, value: str | None) -> None:
    given = without(name) | ({} if value is None else {name: value})
    with pytest.raises(BadSetting, match=f"^{name} "):
        load(given)


def test_all_that_is_missing_is_asked_for_at_once() -> None:
    with pytest.raises(BadSetting) as refused:
        load({})
    assert [name for name in NEEDED if f"{name} is not set: " not in str(refused.value)] == []
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_URL", "retrack.example"),
        ("APP_URL", "ftp://retrack.example"),
        ("APP_URL", "https://"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost"),
        ("SMTP_URL", "mail.example"),
        ("SMTP_URL", "https://mail.example"),
        ("SEVENTEENTRACK_URL", "17track"),
        ("TWILIO_URL", "api.twilio.com"),
        ("SHOPIFY_ADMIN_URL", "{shop}"),
        ("MESSAGE_URL", "texts.example"),
        ("MESSAGE_URL", "https://"),
        ("MESSAGE_URL", "http://texts.example"),
        ("DEV_CLOCK_URL", "localhost"),
        ("MAIL_FROM", "nobody"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "-1"),
        ("WEB_WORKERS", "two"),
        ("WEB_WORKERS", "²"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "all"),
        ("SECRET_KEY", "a short one of 31 signs........"),
        ("METRICS_TOKEN", "fifteen signs.."),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SENTRY_DSN", "sentry"),
        ("ENCRYPTION_KEYS", "short"),
        ("ENCRYPTION_KEYS", f"{KEY},{KEY[:-1]}"),
        ("ENCRYPTION_KEYS", ","),
        ("DATABASE_URL", "retrack.sqlite"),
        ("DATABASE_URL", "mysql://localhost/retrack"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name_in_one_line(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}\\b") as refused:
        load(NEEDED | {name: value})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["SHOPIFY_API_SECRET", "SECRET_KEY", "ENCRYPTION_KEYS"])
def test_no_refusal_quotes_a_secret(name: str) -> None:
    secret = "a-secret-that-is-not-told"
    bad = NEEDED | {"SHOPIFY_API_SECRET": secret, "SECRET_KEY": secret}
    with pytest.raises(BadSetting) as refused:
        load(bad | {name: secret})
    assert secret not in str(refused.value)


def test_spaces_around_and_a_slash_at_the_end_do_not_matter() -> None:
    settings = load(NEEDED | {"APP_URL": " https://retrack.example/ ", "LOG_LEVEL": "debug"})
    assert (settings.app_url, settings.log_level) == ("https://retrack.example", "DEBUG")


def test_a_sender_may_be_given_with_a_name() -> None:
    assert load(NEEDED | {"MAIL_FROM": "Shop <orders@shop.example>"}).mail_from == (
        "orders@shop.example"
    )


def test_encryption_keys_are_kept_in_their_order() -> None:
    settings = load(NEEDED | {"ENCRYPTION_KEYS": f" {OTHER_KEY} , {KEY},"})
    assert settings.encryption_keys == (OTHER_KEY, KEY)


@pytest.mark.parametrize(
    ("old", "secrets"),
    [("", [API_SECRET.encode()]), ("the-old-one", [API_SECRET.encode(), b"the-old-one"])],
)
def test_webhooks_may_be_signed_with_the_old_secret_while_there_is_one(
    old: str, secrets: list[bytes]
) -> None:
    assert list(load(NEEDED | {"SHOPIFY_API_SECRET_OLD": old}).webhook_secrets) == secrets


@pytest.mark.parametrize("name", ["SHOPIFY_API_SECRET", "SHOPIFY_API_VERSION", "SMTP_URL"])
def test_a_setting_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "value"
    path.write_text("smtp://from-a-file\n")
    settings = load(without(name) | {f"{name}_FILE": str(path)})
    assert getattr(settings, name.lower()) == "smtp://from-a-file"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no text"])
def test_a_file_that_cannot_be_read_is_said_with_its_path(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content:
        path.write_bytes(content)
    with pytest.raises(BadSetting, match=f"^SECRET_KEY_FILE: .*{path}"):
        load(without("SECRET_KEY") | {"SECRET_KEY_FILE": str(path)})


GATEWAY = {"MESSAGE_URL": "https://texts.test/in", "MESSAGE_SECRET": "whsec_" + "QUJD" * 8}


def test_a_gateway_for_texts_needs_a_secret_and_no_twilio_beside_it() -> None:
    assert load(NEEDED | GATEWAY).message_url == "https://texts.test/in"
    assert load(NEEDED | GATEWAY | {"MESSAGE_URL": "http://localhost:9"}).message_url
    for bad in ("", "QUJD" * 8, "whsec_" + "QUJD" * 7, "whsec_" + "QUJD" * 8 + "!"):
        with pytest.raises(BadSetting, match=r"^MESSAGE_SECRET "):
            load(NEEDED | GATEWAY | {"MESSAGE_SECRET": bad})
    with pytest.raises(BadSetting, match=r"^MESSAGE_URL and TWILIO_ACCOUNT_SID "):
        load(NEEDED | GATEWAY | {"TWILIO_ACCOUNT_SID": "AC123"})
