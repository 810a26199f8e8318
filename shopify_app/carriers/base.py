"""What every tracking provider is to the rest of the product.

A call is about many numbers. What is wrong with one of them is data (a `Refusal`); only what is
wrong with the whole call is raised, named by what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, Literal, Protocol, TypeVar

from shopify_app.domain.facts import Snapshot

Kind = Literal[
    "already",
    "not_registered",
    "need_field",
    "bad_number",
    "no_carrier",
    "quota",
    "no_info",
    "other",
]
"""Why a provider refused one number. `already` and `no_info` are no trouble."""


class ProviderError(Exception):
    """A whole call failed."""


class AuthError(ProviderError):
    """The key is refused: pause the account and tell the merchant."""


class RateLimited(ProviderError):
    """Too many calls: wait for `retry_after`, then go on."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"wait {retry_after.total_seconds():.0f} s")
        self.retry_after = retry_after


class Unavailable(ProviderError):
    """No answer, or a broken one: try again later."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A number as a provider knows it. `carrier` is the provider's own code, empty: not known."""

    number: str
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One number that the provider would not take or tell of; `code` is its own error code."""

    ref: Ref
    kind: Kind
    code: int


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """The answer to a call about many numbers."""

    accepted: list[T] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many numbers the account may still register, of how many."""

    total: int
    left: int


class Provider(Protocol):
    """A tracking provider, with one account's key."""

    batch_size: int

    def register(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Begin to follow these numbers. A number that is registered already is accepted."""

    def fetch(self, refs: Sequence[Ref]) -> Batch[Snapshot]:
        """What is known of these numbers now."""

    def quota(self) -> Quota:
        """What is left of the account's quota."""

    def verify_push(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a push was signed with this account's key. Checked on the bytes as they came."""

    def parse_push(self, raw: bytes) -> list[Snapshot]:
        """What a push tells. Raises ValueError if it is not what the provider documents."""
