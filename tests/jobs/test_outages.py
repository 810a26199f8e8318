"""What stops a shop's work is told to its owner at once, once, and nothing waits in vain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shopify_app.actions import accounts, outages, shops
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.jobs import backfill, deliver, keep_tokens, reconcile
from shopify_app.models import CarrierAccount, Reconciliation
from shopify_app.outgoing.errors import Refused
from shopify_app.shopify import tokens
from tests import payloads
from tests.jobs.conftest import Post
from tests.stubs import AdminApi, TokenEndpoint
from tests.support import ALICE, BOB, NOON, SHOP_IDS, House

DAY = timedelta(days=1)


@pytest.fixture
def shop(house: House) -> House:
    """Alice's shop has a pair, renewed today."""
    house.change_shop(
        access_expires_at=NOON + timedelta(hours=1),
        refresh_token="shprt_0",
        refresh_expires_at=NOON + 90 * DAY,
        token_due_at=NOON + 30 * DAY,
        contact_email="hello@alice.test",
    )
    return house


def owner_mails(house: House, domain: str = ALICE) -> list[str]:
    return [row.event for row in house.outbox("owner", domain)]


def come_back(house: House) -> None:
    facts = ShopFacts(SHOP_IDS[ALICE], ALICE, "Alice", "", "UTC", "USD")
    later = house.clock.now + timedelta(hours=1)
    with house.changing() as (session, _):
        shops.install(session, facts, Tokens("shpat_9", "", later, "shprt_9", later + 90 * DAY))


def test_a_pair_nobody_uses_is_renewed_well_before_it_dies(
    shop: House, token_endpoint: TokenEndpoint
) -> None:
    shop.clock.jump(days=29)
    assert not keep_tokens.step()
    shop.clock.jump(days=1)
    assert keep_tokens.step()
    assert not keep_tokens.step()
    [(domain, asked)] = token_endpoint.asked
    assert (domain, asked["refresh_token"]) == (ALICE, "shprt_0")
    kept = shop.shop()
    assert kept.refresh_expires_at == shop.clock.now + 90 * DAY
    assert kept.token_due_at == shop.clock.now + 30 * DAY


def test_a_shopify_that_is_away_is_asked_again_within_the_hour(
    shop: House, token_endpoint: TokenEndpoint
) -> None:
    shop.clock.jump(days=30)
    token_endpoint.says = 503, {}
    assert keep_tokens.step()
    assert not keep_tokens.step()
    token_endpoint.says = None
    shop.clock.jump(hours=1)
    assert keep_tokens.step()
    assert shop.shop().refresh_token == "shprt_2"
    assert owner_mails(shop) == []


def test_a_token_that_does_not_expire_is_exchanged_once_for_a_pair(
    house: House, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.migrates = True
    house.change_shop(token_due_at=NOON)
    assert keep_tokens.step()
    assert not keep_tokens.step()
    [(domain, asked)] = token_endpoint.asked
    assert (domain, asked["subject_token"], asked["expiring"]) == (ALICE, f"shpat_{ALICE}", "1")
    kept = house.shop()
    assert (kept.access_token, kept.refresh_token) == ("shpat_1", "shprt_1")
    assert house.shop(BOB).refresh_token == ""


def test_an_exchange_whose_answer_was_lost_is_made_up_for_when_the_old_token_is_refused(
    house: House, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.migrates = True
    assert tokens.renewed(SHOP_IDS[ALICE], f"shpat_{ALICE}") == "shpat_1"
    assert house.shop().token_refused_at is None


def test_a_dead_token_is_told_once_and_what_waits_goes_on_when_the_app_was_opened(
    shop: House, shopify: AdminApi, token_endpoint: TokenEndpoint, post: Post
) -> None:
    shop.record(payloads.fulfilled_order())
    moved = payloads.step("InTransit_Departure", "2026-11-23T08:00:00Z")
    shop.track(payloads.tracked(payloads.NUMBER, moved))
    shop.change_shop(import_state="running", import_due_at=NOON, reconcile_at=NOON)
    token_endpoint.says = 400, {"error": "invalid_grant"}
    for _ in range(20):
        backfill.step()
        reconcile.step()
        deliver.run()
        shop.clock.jump(hours=1)
    assert [mail["Subject"] for mail in post.mails] == [
        "Open Retrack once: Shopify no longer lets it in"
    ]
    text = post.mails[0].get_body(("plain",))
    assert text
    assert f"https://{ALICE}/admin/apps/" in text.get_content()
    [write] = shop.outbox("shopify")
    assert (write.state, write.detail, write.attempts) == ("waiting", "shopify_no_token", 0)
    lost = shop.shop()
    assert (lost.import_state, lost.import_attempts, lost.token_refused_at) == ("running", 0, NOON)
    come_back(shop)
    now = shop.clock.now
    assert shop.shop().import_due_at == now
    assert shop.outbox("shopify")[0].due_at == now
    assert {each.due_at for each in shop.rows(Reconciliation) if not each.ended_at} <= {now}


def test_what_was_mended_before_the_mail_went_out_is_not_told(
    shop: House, token_endpoint: TokenEndpoint, post: Post
) -> None:
    token_endpoint.says = 400, {"error": "invalid_grant"}
    with pytest.raises(tokens.NoToken):
        tokens.renewed(SHOP_IDS[ALICE], f"shpat_{ALICE}")
    come_back(shop)
    deliver.run()
    assert post.mails == []
    assert [row.detail for row in shop.outbox("owner")] == ["overtaken"]


Happening = Callable[[Session, CarrierAccount], None]


def mended(_session: Session, account: CarrierAccount) -> None:
    accounts.answered(account)
    accounts.has_quota(account, 200, 7)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(accounts.key_refused, "key_refused"), (accounts.quota_used_up, "quota_out")],
)
def test_an_account_that_stops_is_told_once_an_outage(
    house: House, trouble: Happening, kind: str
) -> None:
    house.follow()

    def happens(*what: Happening) -> None:
        for each in what:
            with house.changing_account() as (session, account):
                each(session, account)
            house.clock.jump(hours=1)

    happens(trouble, *[accounts.unavailable] * 4, trouble)
    assert owner_mails(house) == [kind]
    happens(mended, trouble)
    assert owner_mails(house) == [kind, kind], "another outage"
    assert owner_mails(house, BOB) == []


def test_an_account_of_the_installation_concerns_the_shops_without_their_own(house: House) -> None:
    house.follow(BOB)
    house.change_shop(told_at_once=True)
    with house.changing() as (session, _):
        accounts.keep_installation_accounts(session, {"17track": "theirs"})
        account = accounts.of_installation(session, "17track")
        assert account
        accounts.key_refused(session, account)
    assert (owner_mails(house), owner_mails(house, BOB)) == (["key_refused"], [])


def test_who_switched_it_off_is_not_told(house: House) -> None:
    house.follow()
    house.change_shop(told_at_once=False)
    with house.changing_account() as (session, account):
        accounts.key_refused(session, account)
    assert owner_mails(house) == []


def test_a_refused_sender_is_told_once_and_its_messages_wait_until_it_is_mended(
    house: House, post: Post
) -> None:
    house.notify()
    house.change_shop(notify_sms=False, write_back=False)
    house.record(payloads.fulfilled_order())
    post.fails = Refused("mail_sender", 553)
    for _ in range(30):
        deliver.run()
        house.clock.jump(hours=1)
    [mail] = house.outbox("email")
    assert (mail.state, mail.detail, mail.attempts) == ("waiting", "mail_sender:553", 0)
    assert house.shop().mail_refused_at == NOON
    assert owner_mails(house) == ["mail_refused"]
    post.fails = None
    deliver.run()
    assert {row.state for row in house.outbox("email")} == {"sent"}
    assert house.shop().mail_refused_at is None


def test_a_mended_sender_does_not_hurry_what_waits_for_its_first_scan(house: House) -> None:
    house.notify()
    house.change_shop(notify_sms=False, write_back=False, first_scan_days=3, mail_refused_at=NOON)
    house.record(payloads.fulfilled_order())
    with house.changing() as (session, shop):
        outages.sender_works(session, shop, "email")
    [mail] = house.outbox("email")
    assert (mail.detail, mail.due_at) == ("first_scan", NOON + 3 * DAY)
