"""The stand-in of Shopify: tokens, Admin GraphQL, webhooks, the admin and App Bridge."""
