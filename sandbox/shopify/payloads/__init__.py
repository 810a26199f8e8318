"""Webhook bodies in the shapes that Shopify publishes: REST, with snake_case names."""
