"""One order's shipments: how they are made, where they are and why, and how they are mended."""

from shopify_app.admin.shipment import fulfill, mending, order, page

__all__ = ["fulfill", "mending", "order", "page"]
