"""The commands of an operator: what they print, and the status they end with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shopify_app import cli, database
from shopify_app.models import CarrierAccount, Inbox, UnknownWord
from tests.cli.conftest import Run
from tests.support import ALICE, NOON, House

ANOTHER_KEY = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
NEW_KEY = "0123456789KEY"
NEEDED = {
    "erase-shop": ["alice.myshopify.com"],
    "erase-customer": ["alice.myshopify.com", "1042"],
    "backup": ["a.backup"],
    "restore": ["a.backup"],
    "copy-to": ["sqlite:///other.sqlite"],
}
"""What a command cannot do without."""


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """A database that is not migrated."""
    return f"sqlite:///{tmp_path}/new.sqlite"


def test_all_is_well(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor") == 0
    assert capsys.readouterr().out == "all well\n"


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("DEV_CLOCK_URL", "http://127.0.0.1:1/clock", "DEV_CLOCK_URL is set"),
        ("DEV_FRAME_ANCESTORS", "http://127.0.0.1:1", "DEV_FRAME_ANCESTORS is set"),
        ("APP_URL", "http://retrack.test", "APP_URL does not start with https://"),
        ("REDIS_URL", "unix:///nowhere.sock", "REDIS_URL cannot be used: "),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "DATABASE_URL cannot be used: "),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite", "DATABASE_URL cannot be used: there"),
        (
            "ENCRYPTION_KEYS",
            ANOTHER_KEY,
            "ENCRYPTION_KEYS does not hold the key that this database",
        ),
        ("SHOPIFY_API_VERSION", "2026-13", "SHOPIFY_API_VERSION has to be a version"),
        ("SHOPIFY_SCOPES", "read_orders", "SHOPIFY_SCOPES lacks read_customers, "),
        ("TWILIO_FROM", "", "TWILIO_ACCOUNT_SID is set and TWILIO_FROM is not"),
        ("SMTP_URL", "smtp://127.0.0.1:1", "SMTP_URL cannot be used: no mail server answers"),
    ],
)
def test_what_is_to_be_mended_is_one_line_each(
    setting: str, value: str, complaint: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", **{setting: value}) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"mend: {complaint}")


@pytest.mark.parametrize(
    ("setting", "folder"), [("SMTP_URL", "var/mails"), ("TWILIO_ACCOUNT_SID", "var/texts")]
)
def test_messages_that_would_reach_nobody_are_told_but_are_no_trouble(
    setting: str, folder: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", **{setting: ""}) == 0
    told, well = capsys.readouterr().out.splitlines()
    assert told.startswith("know: ")
    assert folder in told
    assert well == "all well"


@pytest.mark.parametrize("path", ["new.sqlite", "mistyped/new.sqlite"])
def test_the_doctor_makes_nothing(path: str, run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{path}"
    assert run("doctor", DATABASE_URL=url) == 1
    assert list(tmp_path.iterdir()) == []
    assert run("migrate", DATABASE_URL=url) == 0
    assert run("doctor", DATABASE_URL=url) == 0


def test_a_word_that_no_table_knows_is_told_but_is_no_trouble(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing() as session:
        session.add(UnknownWord(source="17track", word="Teleported", count=3, last_at=NOON))
    assert run("doctor") == 0
    assert "tell us: 17track says Teleported, 3 times so far" in capsys.readouterr().out


def test_what_was_reported_and_is_no_shops_is_counted_and_what_is_a_shops_is_not(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing() as session:
        for number, (source, account) in enumerate(
            [("twilio", "AC1"), ("email", "bounces"), ("email", "bounces"), ("shopify", ALICE)]
        ):
            row = Inbox(source=source, account=account, topic="t", delivery_id=str(number))
            row.received_at = row.due_at = NOON
            row.body, row.state = b"", "set_aside"
            session.add(row)
    assert run("doctor") == 0
    assert capsys.readouterr().out.splitlines() == [
        "tell us: of what email reported, 2 could not be applied",
        "tell us: of what twilio reported, 1 could not be applied",
        "all well",
    ]


def test_a_new_database_is_migrated_and_a_second_time_changes_nothing(
    run: Run, empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", DATABASE_URL=empty) == 1
    assert "mend: the database is not migrated" in capsys.readouterr().out
    for _ in range(2):
        assert run("migrate", DATABASE_URL=empty) == 0
    assert run("doctor", DATABASE_URL=empty) == 0


@pytest.fixture
def newer(house: House) -> Iterator[House]:
    """The database of a release after this one."""
    _be_of("9999")
    yield house
    _be_of("0001")


def _be_of(revision: str) -> None:
    with database.writing() as session:
        moved = f"UPDATE alembic_version SET version_num = '{revision}'"
        session.connection().exec_driver_sql(moved)


def test_the_release_before_goes_on_when_the_database_is_renewed(newer: House, run: Run) -> None:
    assert database.is_migrated()
    assert run("doctor") == 0


def test_a_newer_database_is_not_migrated_back(
    newer: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("migrate") == 1
    assert "the database is of a newer release" in capsys.readouterr().err


def test_the_push_address_is_that_of_the_installations_key(
    run: Run, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("push-address", SEVENTEENTRACK_API_KEY=NEW_KEY) == 0
    [account] = house.rows(CarrierAccount)
    printed = capsys.readouterr().out
    assert printed == f"https://retrack.test/webhooks/carriers/17track/{account.id}\n"
    assert run("push-address", SEVENTEENTRACK_API_KEY="0123456789OTHER") == 0
    assert capsys.readouterr().out == printed, "another key does not move it"
    assert NEW_KEY not in printed


def test_without_a_key_there_is_no_push_address(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("push-address") == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "SEVENTEENTRACK_API_KEY is not set\n")


def test_what_needs_a_migrated_database_says_so_in_one_line(run: Run, empty: str) -> None:
    told = str(run("push-address", DATABASE_URL=empty, SEVENTEENTRACK_API_KEY=NEW_KEY))
    assert told.startswith("retrack: the database is not migrated: run")
    assert "\n" not in told


@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@127.0.0.1:1/none", "sqlite:////dev/null/retrack.sqlite"]
)
def test_a_database_that_cannot_be_migrated_is_one_line(run: Run, url: str) -> None:
    told = str(run("migrate", DATABASE_URL=url))
    assert told.startswith("retrack: DATABASE_URL cannot be used: ")
    assert "\n" not in told
    assert "secret" not in told


@pytest.mark.parametrize("command", list(cli.COMMANDS))
def test_a_bad_setting_ends_every_command_in_one_line(command: str, run: Run) -> None:
    told = str(run(command, *NEEDED.get(command, ()), SECRET_KEY=""))
    assert told.startswith("retrack: SECRET_KEY is not set")
    assert "\n" not in told


@pytest.mark.parametrize("command", ["", "destroy"])
def test_an_unknown_command_is_told_which_there_are(
    command: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 2
    told = capsys.readouterr().err
    assert [name for name in cli.COMMANDS if name not in told] == []


def test_every_command_says_what_it_does(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    told = " ".join(capsys.readouterr().out.split())
    for name, command in cli.COMMANDS.items():
        assert f"{name} {(command.__doc__ or '?').strip()}" in told
