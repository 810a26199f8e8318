"""Many orders: the lists, how they are narrowed down, and what is done to all of a list."""

from shopify_app.admin.lists import bulk, orders, tracking

__all__ = ["bulk", "orders", "tracking"]
