"""Every job does one shop's work, and the other's rows and customers never hear of it.

Alice's and Bob's shops hold the same: ids, numbers, customers, even the key at 17TRACK. Only what
is Alice's is due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import responses

from shopify_app import queue
from shopify_app.actions import bulk, uploads
from shopify_app.domain import csv_columns, csv_file, csv_in, status_map
from shopify_app.jobs import (
    apply_upload,
    backfill,
    bulk_runs,
    choosing,
    deliver,
    digest,
    keep_tokens,
    poll_carriers,
    process_inbox,
    reconcile,
    rederive,
    retain,
    retime,
)
from shopify_app.jobs import bulk as bulk_job
from shopify_app.models import Base
from tests import nodes, payloads, rows
from tests.jobs.conftest import Post
from tests.payloads import NUMBER, step, tracked
from tests.stubs import AdminApi, SeventeenTrack, TokenEndpoint
from tests.support import ALICE, BOB, KEY, NOON, App

THEIRS = "theirs@example.com"
"""Bob's customer."""
MOVING = tracked(NUMBER, step("InTransit_Departure", "2026-11-24T08:00:00Z"))
LOST = tracked(NUMBER, step("Exception_Lost", "2026-11-24T10:00:00Z"))
YEAR = timedelta(days=366)
OF_NO_SHOP = {"stop_looking"}
"""Jobs whose rows name no shop; test_stop_looking.py has the two shops of theirs."""


@pytest.fixture
def twins(app: App, shopify: AdminApi, carrier: SeventeenTrack, post: Post) -> App:
    """The same in both shops, and nothing due in either."""
    told = {"told_events": {"delivered": {"email": "2026-10-01T00:00:00+00:00"}}}
    for domain in (ALICE, BOB):
        app.house.notify(domain)
        app.house.follow(domain, KEY)
        app.house.change_shop(domain, reconcile_at=None, tidy_at=None, **told)
        who = {"email": THEIRS, "contact_email": THEIRS} if domain == BOB else {}
        app.house.record(payloads.fulfilled_order(**who), domain)
    app.house.choose()
    for domain in (ALICE, BOB):
        app.house.track(MOVING, domain)
        for row in app.house.outbox(domain=domain):
            app.house.change(row, state="sent", ended_at=NOON, sending_since=None)
        for row in app.house.shipments(domain):
            app.house.change(row, look_at=None)
    shopify.answers = {
        "OrdersPage": nodes.orders_page(nodes.order(payloads.ORDER + 1)),
        "FulfillmentEvents": {"fulfillment": None},
        "FulfillmentEventCreate": {
            "fulfillmentEventCreate": {"fulfillmentEvent": {"id": "gid://x/Y/1"}, "userErrors": []}
        },
    }
    carrier.tells[NUMBER] = LOST
    carrier.asked.clear()
    return app


def import_due(app: App) -> None:
    app.house.change_shop(import_state="waiting", import_paged=True, import_due_at=NOON)


def comparison_due(app: App) -> None:
    app.house.change_shop(reconcile_at=NOON)


def a_year_later(app: App) -> None:
    app.house.clock.now = NOON + YEAR
    app.house.change_shop(tidy_at=app.house.clock.now)


def digest_due(app: App) -> None:
    app.house.track(LOST)
    app.house.change_shop(digest="daily", digest_at=NOON)


def settings_changed(app: App) -> None:
    for domain in (ALICE, BOB):
        for row in app.house.outbox(domain=domain):
            app.house.change(row, state="waiting", due_at=NOON + YEAR)
    app.house.change_shop(retime_at=NOON)


def nobody_follows(app: App) -> None:
    [shipment] = app.house.shipments()
    app.house.change(shipment, account_id=None, followed_at=None, look_at=NOON)


def parcel_due(app: App) -> None:
    [shipment] = app.house.shipments()
    app.house.change(shipment, look_at=NOON)


def row_due(app: App) -> None:
    """Everything that went out is to go out again."""
    for row in app.house.outbox():
        app.house.change(row, state="waiting", insisted=True)


def stuck(app: App) -> None:
    for row in app.house.outbox():
        app.house.change(row, state="sending", sending_since=NOON - deliver.STUCK_AFTER * 2)


def token_due(app: App) -> None:
    app.house.change_shop(token_due_at=NOON, refresh_token="shprt_alice", access_expires_at=NOON)


def many_due(app: App) -> None:
    with app.house.changing() as (session, shop):
        chosen = [payloads.ORDER]
        bulk.begin(session, shop, bulk.SET_STATUS, chosen, "delivered", ask=False)


def file_due(app: App) -> None:
    table = csv_file.read("Order,Status\n#1058,delivered\n")
    columns = csv_columns.guess(table.heading)
    rows_of_file = csv_columns.rows(table, columns)
    with app.house.changing() as (session, shop):
        upload = uploads.bring(session, shop, "file.csv", "", columns)
        known = uploads.known(session, shop.id, rows_of_file)
        judged = csv_in.judge(rows_of_file, known, {"delivered": "delivered"})
        uploads.agree(session, upload, judged, quiet=True)


def webhook_due(app: App) -> None:
    body = payloads.fulfilled_order(note="changed", updated_at=NOON.isoformat())
    assert app.webhook("orders/updated", body).status_code == 200


@pytest.mark.parametrize(
    ("due", "run"),
    [
        pytest.param(import_due, backfill.step, id="backfill"),
        pytest.param(comparison_due, reconcile.step, id="reconcile"),
        pytest.param(a_year_later, retain.step, id="retain"),
        pytest.param(digest_due, digest.step, id="digest"),
        pytest.param(settings_changed, retime.step, id="timing"),
        pytest.param(nobody_follows, choosing.choose, id="choosing"),
        pytest.param(parcel_due, poll_carriers.run, id="looks and answers"),
        pytest.param(row_due, deliver.run, id="deliver"),
        pytest.param(stuck, deliver.settle_stuck, id="what got stuck"),
        pytest.param(webhook_due, process_inbox.run, id="inbox"),
        pytest.param(token_due, keep_tokens.step, id="tokens"),
        pytest.param(many_due, bulk_runs.step, id="many orders"),
        pytest.param(file_due, apply_upload.step, id="a file"),
    ],
)
def test_a_job_does_alices_work_and_leaves_bobs_rows_alone(
    twins: App,
    http: responses.RequestsMock,
    token_endpoint: TokenEndpoint,
    post: Post,
    due: Callable[[App], None],
    run: Callable[[], object],
) -> None:
    due(twins)
    alices, bobs = rows.of_shop(ALICE), rows.of_shop(BOB)
    run()
    assert rows.changed(alices, rows.of_shop(ALICE)), "there was work"
    assert rows.changed(bobs, rows.of_shop(BOB)) == set()
    assert [call.request.url for call in http.calls if "//bob" in str(call.request.url)] == []
    assert THEIRS not in str([*post.mails, *post.texts])


def test_after_the_tables_changed_one_shop_can_be_derived_anew(
    twins: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_map, "VERSION", status_map.VERSION + 1)
    alices, bobs = rows.of_shop(ALICE), rows.of_shop(BOB)
    for shop in rederive.shops(ALICE):
        list(rederive.apply(shop))
    assert rows.changed(alices, rows.of_shop(ALICE)) == {"readings", "shipments"}
    assert rows.changed(bobs, rows.of_shop(BOB)) == set()


def test_a_push_is_for_whoever_has_the_key_it_came_by_and_nobody_else(
    twins: App,
) -> None:
    twins.house.follow(BOB, f"{KEY}B")
    twins.house.choose()
    bobs = rows.of_shop(BOB)
    address = f"/webhooks/carriers/17track/{twins.house.account().id}"
    raw = payloads.push(LOST)
    headers = {"sign": payloads.sign_push(raw, KEY)}
    assert twins.client.post(address, data=raw, headers=headers).status_code == 200
    process_inbox.run()
    assert twins.house.shipments()[0].status == "alert"
    assert rows.changed(bobs, rows.of_shop(BOB)) == set()


def test_every_table_is_somebodys_or_said_to_be_nobodys() -> None:
    unnamed = {t.name for t in Base.metadata.sorted_tables if rows.belongs(t, ALICE) is None}
    assert unnamed == rows.NOBODYS


def test_every_step_of_every_queue_is_among_these_jobs() -> None:
    """A job added later has to be tried here, too."""
    [mark] = [
        each
        for each in test_a_job_does_alices_work_and_leaves_bobs_rows_alone.pytestmark
        if each.name == "parametrize"
    ]
    tried = {param.values[1].__module__.rpartition(".")[2] for param in mark.args[1]}
    of_queues = {path.split(".")[-2] for path in queue.JOBS.values()} - {"bulk"}
    in_bulk = {name for name, each in vars(bulk_job).items() if hasattr(each, "step")}
    assert of_queues | in_bulk <= tried | OF_NO_SHOP
    assert len(in_bulk) >= 7
