"""One shipment: how it is made, where it is and why, and how it is mended."""

from shopify_app.admin.shipment import fulfill, mending, page

__all__ = ["fulfill", "mending", "page"]
