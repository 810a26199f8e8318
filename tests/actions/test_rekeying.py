"""Another encryption key: what is under the old one is found and brought under the new one."""

from __future__ import annotations

import os

import pytest
from cryptography.fernet import Fernet

from shopify_app import cli, crypto, database
from shopify_app.actions import rekeying
from shopify_app.models import CarrierAccount
from tests import payloads
from tests.support import ALICE, ENVIRONMENT, House

NEW = Fernet.generate_key().decode()
OLD = ENVIRONMENT["ENCRYPTION_KEYS"]


def run(house: House, monkeypatch: pytest.MonkeyPatch, keys: str, *arguments: str) -> int:
    own = {"DATABASE_URL": house.settings.database_url, "REDIS_URL": house.settings.redis_url}
    monkeypatch.setattr(os, "environ", ENVIRONMENT | own | {"ENCRYPTION_KEYS": keys})
    with pytest.raises(SystemExit) as ended:
        cli.main(["rotate-keys", *arguments])
    return int(ended.value.code or 0)


def test_secrets_are_brought_under_the_newest_key_and_can_be_read_with_it_alone(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.record(payloads.order(2, email=None, contact_email=None, phone=None))
    both = f"{NEW},{OLD}"
    run(house, monkeypatch, both)
    assert "5 rows are under an older key" in capsys.readouterr().out
    run(house, monkeypatch, both, "--apply")
    assert "5 rows brought" in capsys.readouterr().out
    run(house, monkeypatch, both, "--apply")
    assert "0 rows brought" in capsys.readouterr().out, "what is done is not done again"
    crypto.configure([NEW], ENVIRONMENT["SECRET_KEY"])
    assert house.order().email == "maren.oakdale@example.com"
    assert house.shop(ALICE).access_token == f"shpat_{ALICE}"
    assert house.rows(CarrierAccount)[0].api_key


def test_a_dry_run_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def raw() -> list[object]:
        with database.reading() as session:
            found = session.connection().exec_driver_sql(
                "SELECT access_token FROM shops ORDER BY id"
            )
            return list(found.scalars())

    before = raw()
    run(house, monkeypatch, f"{NEW},{OLD}")
    assert raw() == before


def test_more_rows_than_a_batch_are_all_renewed(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rekeying, "BATCH", 2)
    for number in range(1, 6):
        house.record(payloads.order(number))
    run(house, monkeypatch, f"{NEW},{OLD}", "--apply")
    assert "7 rows brought" in capsys.readouterr().out
    crypto.configure([NEW], ENVIRONMENT["SECRET_KEY"])
    assert {house.order(number).email for number in range(1, 6)} == {"maren.oakdale@example.com"}


def test_without_the_key_of_the_database_it_says_what_to_do(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.shop()
    assert run(house, monkeypatch, NEW, "--apply") == 1
    assert "put the earlier key behind the new one" in capsys.readouterr().err
