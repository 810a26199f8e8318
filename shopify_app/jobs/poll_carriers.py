"""The job of the queue `poll`: look at the shipments that are due.

Each account has a thread of its own while it has work, so that a provider which hangs delays only
its own parcels. A thread takes one round after another until nothing is due or the shift is over.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from sqlalchemy import Select, and_, or_, select

from shopify_app import clock, database, queue
from shopify_app.actions import accounts
from shopify_app.carriers.base import ProviderError
from shopify_app.jobs import calls, choosing, looks, rounds
from shopify_app.jobs.looks import Round
from shopify_app.models import CarrierAccount

log = logging.getLogger(__name__)

AT_ONCE, MOST_OF_ONE = 8, 5
"""How many accounts are looked with at a time, and how many of them at one provider."""
QUOTA_EVERY = timedelta(hours=1)
STRAGGLER_SECONDS = 60.0
"""How long after the shift those that are under way are waited for, while others go on."""


def run() -> None:
    """Look at shipments until none is due, or the shift is over."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="account") as pool:
        crew = Crew(pool)
        queue.work("poll", crew.step)
        crew.see_off()


def unchecked_accounts() -> Select[CarrierAccount]:
    """The accounts whose key was never tried, or whose quota was not asked for lately."""
    lately = clock.now() - QUOTA_EVERY
    stale = and_(CarrierAccount.quota_left.is_not(None), CarrierAccount.checked_at < lately)
    return select(CarrierAccount).where(
        CarrierAccount.key_hash != "",
        or_(CarrierAccount.checked_at.is_(None), stale),
        looks.not_paused(),
    )


class Crew:
    """The threads at work, one an account."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._busy: dict[str, Future[None]] = {}
        self._providers: dict[str, str] = {}
        self._ends = time.monotonic() + queue.SHIFT_SECONDS

    def step(self) -> bool:
        """Set to work whoever has work, and wait until one is done; False if there is nobody."""
        choosing.choose()
        for account_id, provider in _with_work().items():
            if account_id not in self._busy and self._has_room(provider):
                self._providers[account_id] = provider
                self._busy[account_id] = self._pool.submit(self._work_off, account_id)
        wait(self._busy.values(), timeout=0.5, return_when=FIRST_COMPLETED)
        worked = bool(self._busy)
        for account_id, work in list(self._busy.items()):
            if work.done():
                del self._busy[account_id]
                work.result()
        return worked

    def _has_room(self, provider: str) -> bool:
        """Whether another thread may ask this provider: if it hangs, others need theirs."""
        asking = sum(self._providers[account_id] == provider for account_id in self._busy)
        return asking < MOST_OF_ONE

    def see_off(self) -> None:
        """Wait for those that are under way; meanwhile the others need not wait for them."""
        stragglers = list(self._busy.values())
        latest = time.monotonic() + STRAGGLER_SECONDS
        while not all(work.done() for work in stragglers) and time.monotonic() < latest:
            self.step()

    def _work_off(self, account_id: str) -> None:
        try:
            check(account_id)
            while batch := looks.claim(account_id):
                _look(batch)
                if time.monotonic() > self._ends:
                    return
        except Exception:
            log.exception("account %s rests", account_id[:4])
            with database.writing() as session:
                accounts.rest(session, account_id)


def _look(batch: Round) -> None:
    """What breaks off stays leased for a while; what is due after it is looked at."""
    try:
        rounds.look(batch)
    except Exception:
        log.exception("a round of account %s broke off", batch.account_id[:4])


def _with_work() -> dict[str, str]:
    """The accounts that have something to do, each with its provider."""
    columns = (CarrierAccount.id, CarrierAccount.provider)
    wanted = (unchecked_accounts(), looks.accounts_with_work())
    with database.reading() as session:
        found = [session.execute(each.with_only_columns(*columns)).all() for each in wanted]
    return {account_id: provider for rows in found for account_id, provider in rows}


def check(account_id: str) -> None:
    """Ask for the quota, if that is due: it tells as well whether the key works."""
    with database.reading() as session:
        wanted = unchecked_accounts().where(CarrierAccount.id == account_id)
        account = session.scalar(wanted)
        batch = looks.of_account(account) if account else None
    if batch:
        _check(batch)


def _check(batch: Round) -> None:
    try:
        quota = batch.provider.quota()
    except ProviderError as error:
        calls.failed(batch, error)
        return
    with calls.account_of(batch) as (_session, account):
        accounts.checked(account)
        if quota:
            accounts.answered(account)
            accounts.has_quota(account, quota.total, quota.left)
