"""Privacy: customers who asked what is kept of them, and the file to hand over."""

from __future__ import annotations

import json

from flask import abort, g, redirect, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import clock, database
from shopify_app.admin import downloads
from shopify_app.admin.blueprint import blueprint
from shopify_app.models import DataRequest, Shop
from shopify_app.privacy import collect

NEWEST = 100


@blueprint.get("/privacy")
def privacy_page() -> str:
    """The requests, open ones first."""
    with database.reading() as session:
        of_shop = select(DataRequest).where(DataRequest.shop_id == g.shop.id)
        newest = of_shop.order_by(DataRequest.handed_over_at.is_not(None), DataRequest.id.desc())
        requests = session.scalars(newest.limit(NEWEST)).all()
    return render_template("admin/privacy.html", requests=requests, link=_link)


@blueprint.post("/privacy/<int:request_id>/handed-over")
def handed_over(request_id: int) -> Response:
    """The customer has their data."""
    with database.writing() as session:
        asked = _found(session, g.shop.id, request_id)
        if asked is None:
            abort(404)
        asked.handed_over_at = asked.handed_over_at or clock.now()
    return redirect("/privacy", 303)


@downloads.serves("data-request")
def _file(shop_id: int, request_id: int) -> downloads.File | None:
    """All that is kept of the customer, as JSON."""
    with database.reading() as session:
        asked = _found(session, shop_id, request_id)
        if asked is None:
            return None
        told = collect.everything(session, session.get_one(Shop, shop_id), asked)
    text = json.dumps(told, indent=2, ensure_ascii=False)
    return downloads.File(f"customer-data-{asked.request_id}.json", "application/json", text)


def _link(asked: DataRequest) -> str:
    return downloads.link("data-request", g.shop.id, asked.id)


def _found(session: Session, shop_id: int, request_id: int) -> DataRequest | None:
    wanted = select(DataRequest).where(DataRequest.shop_id == shop_id, DataRequest.id == request_id)
    return session.scalar(wanted)
