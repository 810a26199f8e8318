"""What can go wrong with a send, named by what follows from it."""

from __future__ import annotations


class SendError(Exception):
    """A send failed. Its words are for the merchant and hold no address."""


class Retry(SendError):
    """It surely did not go out, and may later."""


class Permanent(SendError):
    """It did not go out and never will, as it is."""


class Uncertain(SendError):
    """Nobody can tell whether it went out: it is not sent again by itself."""
