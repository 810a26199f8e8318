"""Fulfillment progress: the orders of some days, counted."""

from shopify_app.admin.progress import page

__all__ = ["page"]
