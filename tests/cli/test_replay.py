"""What was set aside is listed, and tried again where the operator says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app import database
from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from tests import payloads
from tests.cli.conftest import Run
from tests.support import ALICE, BOB, NOON, App

CANARY = "maren.oakdale@example.com"
BAD = payloads.order(created_at=CANARY)


@pytest.fixture
def failed(app: App) -> App:
    """An order of Alice's and one of Bob's that cannot be read, and a mail of Alice's refused."""
    app.house.notify()
    app.house.change_shop(notify_sms=False)
    app.house.record(payloads.fulfilled_order())
    [mail] = app.house.outbox("email")
    app.house.change(mail, state="failed", detail="mail_refused:550", ended_at=NOON)
    app.webhook("orders/updated", BAD)
    app.webhook("orders/create", BAD, BOB)
    for _ in range(process_inbox.MOST_TRIES):
        process_inbox.run()
        app.house.clock.jump(hours=1)
    return app


def states(app: App) -> dict[str, str]:
    """The state of every row, by its name."""
    inbox = {f"inbox-{row.id}": row.state for row in app.house.rows(Inbox)}
    return inbox | {f"outbox-{row.id}": row.state for row in app.house.outbox("email")}


def test_without_a_choice_all_is_listed_and_nothing_tried(
    failed: App, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = states(failed)
    assert run("replay") == 0
    told = capsys.readouterr().out
    assert [name for name in before if name not in told] == []
    assert f"orders/updated {ALICE}: BadBody: created_at is not a time" in told
    assert "3 rows set aside; --apply tries again" in told
    assert CANARY not in told
    assert states(failed) == before


def test_to_try_again_one_has_to_say_what(
    failed: App, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = states(failed)
    assert run("replay", "--apply") == 1
    assert "--all" in capsys.readouterr().err
    assert states(failed) == before


@pytest.mark.parametrize(
    ("choice", "waiting"),
    [
        (["--all"], [0, 1, 2]),
        (["--topic", "orders/create"], [1]),
        (["--topic", "shipping_confirmation"], [2]),
        (["--shop", ALICE], [0, 2]),
        (["--shop", BOB], [1]),
        (["ROW"], [0]),
    ],
)
def test_what_is_chosen_is_tried_again_and_nothing_else(
    choice: list[str], waiting: list[int], failed: App, run: Run
) -> None:
    names = list(states(failed))
    assert run("replay", *(names[0] if w == "ROW" else w for w in choice), "--apply") == 0
    assert states(failed) == {
        name: "waiting" if place in waiting else ("failed" if place == 2 else "set_aside")
        for place, name in enumerate(names)
    }


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (["ROW", "foo"], "no row foo is set aside; rows look like inbox-12\n"),
        (["ROW", "outbox-999", "bad"], "no row outbox-999, bad is set aside; "),
        (["ROW", "--shop", BOB], "no row inbox-"),
        (["--topic", "orders/nothing"], "nothing of the topic orders/nothing is set aside\n"),
    ],
)
def test_what_is_not_set_aside_is_named_and_nothing_is_tried(
    choice: list[str], told: str, failed: App, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = states(failed)
    row = next(iter(before))
    assert run("replay", *(row if w == "ROW" else w for w in choice), "--apply") == 1
    assert capsys.readouterr().err.startswith(told)
    assert states(failed) == before


def test_a_row_that_is_still_bad_is_set_aside_by_the_first_error(failed: App, run: Run) -> None:
    before = states(failed)
    assert run("replay", "--topic", "orders/updated", "--apply") == 0
    process_inbox.run()
    assert states(failed) == before


def test_what_is_applied_by_now_is_not_applied_again(failed: App, run: Run) -> None:
    [row] = [row for row in failed.house.rows(Inbox) if row.account == ALICE]
    assert run("replay", f"inbox-{row.id}", "--apply") == 0
    failed.house.clock.jump(seconds=1)
    process_inbox.run()
    assert row.ended_at is not None
    assert row.ended_at < failed.house.clock.now - timedelta(seconds=1)


def test_a_shop_that_is_none_is_told(
    failed: App, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("replay", "--shop", "mallory.myshopify.com", "--apply") == 1
    assert capsys.readouterr().err == "no shop mallory.myshopify.com\n"


def test_a_row_whose_error_has_no_words_of_ours_says_why_there_are_none(
    failed: App, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row = failed.house.rows(Inbox)[0]
    with database.writing() as session:
        session.merge(row).note = "ValueError: "
    run("replay", f"inbox-{row.id}")
    assert "ValueError: its words are not kept" in capsys.readouterr().out
