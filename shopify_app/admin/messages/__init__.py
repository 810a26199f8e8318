"""Messages to customers: those that were sent, and the words they are sent in."""

from shopify_app.admin.messages import editor, log, shopify_texts

__all__ = ["editor", "log", "shopify_texts"]
