"""What the merchant chooses."""

from shopify_app.admin.settings import links, messages, page

__all__ = ["links", "messages", "page"]
