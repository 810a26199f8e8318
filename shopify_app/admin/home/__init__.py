"""Home: what requires attention, what is new, and what is still to be set up."""

from shopify_app.admin.home import page, setup

__all__ = ["page", "setup"]
