"""How 17TRACK refuses: a number of a call, or the call."""

from __future__ import annotations


class Rejected(Exception):
    """One number of a call is refused: a documented code, a message, and the carrier if known."""

    def __init__(self, code: int, message: str, carrier: int | None = None) -> None:
        super().__init__(message)
        self.code, self.carrier = code, carrier


class Refused(Exception):
    """The whole call is refused."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def whole_number(value: object) -> int | None:
    """A number that came as one or as a text; None for anything else."""
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None
