"""What is looked after now and then: providers, failures, and whom the law lets ask."""

from shopify_app.admin.upkeep import carriers, failures, privacy

__all__ = ["carriers", "failures", "privacy"]
