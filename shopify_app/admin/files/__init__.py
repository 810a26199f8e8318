"""What is taken away as a file, and what is brought as one."""

from shopify_app.admin.files import exports, uploads

__all__ = ["exports", "uploads"]
