"""Tracking links: for which carriers the customer opens another site than the shop's own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from shopify_app.actions import carrier_urls
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import _
from shopify_app.admin.settings import form
from shopify_app.domain import tracking_url
from shopify_app.domain.carrier_names import CARRIERS
from shopify_app.domain.carrier_pages import PAGES
from shopify_app.outgoing import sample

MOST, LONGEST_NAME = 50, 60


@blueprint.get("/settings/links")
def tracking_links() -> str:
    """The links as they are."""
    return _page({}, {})


@blueprint.post("/settings/links")
def add_tracking_link() -> Response | tuple[str, int]:
    """Show a carrier's parcels at another site; without an address, at the carrier's own."""
    given = {name: request.form.get(name, "").strip() for name in ("carrier", "url")}
    given["url"] = given["url"] or _own_page(given["carrier"])
    errors = _check(given)
    if errors:
        return _page(given, errors), 422
    return _change({given["carrier"]: given["url"]})


@blueprint.post("/settings/links/own-pages")
def use_own_pages() -> Response:
    """Show each carrier's parcels at its own page, where we know it and nothing else is set."""
    own = g.shop.carrier_urls
    return _change({n: url for n, url in PAGES.items() if not tracking_url.of_carrier("", own, n)})


@blueprint.post("/settings/links/remove")
def remove_tracking_link() -> Response:
    """Show a carrier's parcels at the shop's own site again."""
    with changing() as (_session, shop):
        carrier_urls.forget(shop, request.form.get("carrier", ""))
    return redirect("/settings/links", 303)


def _change(urls: Mapping[str, str]) -> Response:
    with changing() as (_session, shop):
        carrier_urls.use(shop, urls)
    return redirect("/settings/links", 303)


def _own_page(carrier: str) -> str:
    return tracking_url.of_carrier("", PAGES, carrier)


def _check(given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, in words, by field. A name goes into Liquid, where quotes would end it."""
    errors = {}
    name = given["carrier"]
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & set("'\"{}%"):
        errors["carrier"] = _("Write the carrier's name as Shopify shows it, without quotes.")
    elif len(g.shop.carrier_urls) >= MOST:
        errors["carrier"] = _("There are too many already. Remove one first.")
    if problem := form.url_problem(given["url"]):
        errors["url"] = problem
    return errors


def _page(given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    urls: dict[str, str] = g.shop.carrier_urls
    return render_template(
        "admin/tracking_links.html",
        rows=[(name, url, tracking_url.link(url, sample.NUMBER)) for name, url in urls.items()],
        everywhere=tracking_url.link(g.shop.tracking_url, sample.NUMBER),
        given=given,
        errors=errors,
        carriers=sorted({each.name for each in CARRIERS.values()}),
        own_pages=sorted(PAGES),
    )
