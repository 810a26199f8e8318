"""A file under our lease, and its rows: who lost the lease changes nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import again, uploads
from shopify_app.models import Shop, UploadRow
from shopify_app.models.upload import RowState


@dataclass(slots=True)
class Claimed:
    """A file under our lease."""

    id: int
    shop: Shop
    quiet: bool
    leased_until: datetime


def unfinished(claimed: Claimed) -> Select[UploadRow]:
    """The rows of the file that are still to be done, or whose answer was lost."""
    return select(UploadRow).where(
        UploadRow.shop_id == claimed.shop.id,
        UploadRow.upload_id == claimed.id,
        UploadRow.state.in_(("waiting", "sending")),
    )


def hold(session: Session, claimed: Claimed) -> None:
    """Go on only under our own lease, and for as long again. Raises Overtaken."""
    upload = uploads.find(session, claimed.shop.id, claimed.id)
    if upload is None or upload.due_at != claimed.leased_until:
        raise again.Overtaken
    until = upload.due_at = clock.now() + again.LEASE
    renewed = partial(setattr, claimed, "leased_until", until)
    database.after_commit(session, "renewed", renewed)  # what is rolled back renews nothing


def mark(
    session: Session, claimed: Claimed, these: Sequence[UploadRow], state: RowState, why: str = ""
) -> None:
    """Note how these rows stand; `why` is a key of the page's words, or Shopify's own."""
    ours = update(UploadRow).where(
        UploadRow.shop_id == claimed.shop.id, UploadRow.id.in_([row.id for row in these])
    )
    session.execute(ours.values(state=state, why=why))
