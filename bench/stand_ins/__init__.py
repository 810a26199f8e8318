"""Those whom Retrack talks to, played as quickly as they can: a carrier, a store, a mail server."""
