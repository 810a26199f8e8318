"""What can go wrong with a send, named by what follows from it."""

from __future__ import annotations

from typing import ClassVar


class SendError(Exception):
    """A send failed. `why` is a key that the page turns into words, `extra` what the other said.

    Neither holds an address or a number.
    """

    def __init__(self, why: str, extra: object = "") -> None:
        super().__init__(f"{why}:{extra}" if extra else why)


class Retry(SendError):
    """It surely did not go out, and may later."""


class Held(SendError):
    """It surely did not go out, and waits until somebody mends something: that is no try."""


class Refused(Held):
    """They refuse us or our sender, whatever we would send."""


class Ended(SendError):
    """It is not sent again by itself: it ends in `state`."""

    state: ClassVar[str]


class Permanent(Ended):
    """It did not go out and never will, as it is."""

    state = "failed"


class Uncertain(Ended):
    """Nobody can tell whether it went out."""

    state = "uncertain"
