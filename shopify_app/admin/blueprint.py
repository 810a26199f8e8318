"""The blueprint of all admin pages: nobody sees one without proving whose it is."""

from __future__ import annotations

from flask import Blueprint

from shopify_app.auth.embedded import require_shop

blueprint = Blueprint("admin", __name__)
blueprint.before_request(require_shop)
