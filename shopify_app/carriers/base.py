"""What every tracking provider is to the rest of the product.

A call is about many numbers. What is wrong with one of them is data (a `Refusal`); only what is
wrong with the whole call is raised, named by what follows from it. What a provider can do beyond
telling where a parcel is stands in its `caps`: callers look there first.
"""

# ruff: noqa: ARG002 - what a provider does not offer it refuses, whatever it is asked

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, Literal, NoReturn, Protocol, TypeVar

from shopify_app.domain.facts import Snapshot

Cap = Literal[
    "push",
    "register",
    "retrack",
    "stop",
    "delete",
    "change_carrier",
    "info",
    "state",
    "quota",
]
"""What a provider may be able to do. Without `register` a number is simply asked for."""

Kind = Literal[
    "already",
    "not_registered",
    "need_field",
    "bad_field",
    "bad_number",
    "no_carrier",
    "carrier_unavailable",
    "quota",
    "daily_limit",
    "no_info",
    "stopped",
    "not_stopped",
    "retracked_already",
    "too_many_changes",
    "no_push_address",
    "other",
]
"""Why a provider refused one number. `already` and `no_info` are no trouble.

`quota` and `daily_limit` are the account's, not the number's: the quota has to be bought, the limit
is over the next day. `need_field` and `bad_field` name the field in `Refusal.fields`.
"""

Field = Literal[
    "postcode",
    "phone",
    "date",
    "country",
    "city",
    "origin",
    "sender",
    "recipient",
    "tax_id",
    "extra",
]
"""What a carrier may ask for before it tells of a parcel.

`postcode`, `country`, `city` and `recipient` are of the destination, `origin` is the country of
the sender; countries are ISO 3166-1 alpha-2 codes. `date` is when it was shipped, `YYYY-MM-DD`. Of
a `phone` only the last four digits are ever sent.
"""

Fields = Mapping[Field, str]


class NotOffered(NotImplementedError):
    """A provider was asked for what is not among its `caps`: a mistake of the caller."""


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
    """A number as a provider knows it. `carrier` is the provider's own code, empty: not known.

    `fields` are what its carrier asked for; they say nothing of which number it is.
    """

    number: str
    carrier: str = ""
    fields: Fields = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """A number that a provider follows; `ref` names the carrier that it found.

    `spent`: it is a new registration, and cost one of the quota.
    """

    ref: Ref
    spent: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """One number that the provider would not take or tell of; `code` is its own error code."""

    ref: Ref
    kind: Kind
    code: int
    fields: tuple[Field, ...] = ()


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """The answer to a call about many numbers.

    A provider that takes one number a call may be stopped midway: then `cut_short` is what
    stopped it, and the numbers in neither list were not asked. Otherwise every number is in one.
    """

    accepted: list[T] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    cut_short: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many numbers the account may still register, of how many."""

    total: int
    left: int


@dataclass(frozen=True, slots=True)
class Followed:
    """How the provider follows a number: whether it still looks, and whether `retrack` was used."""

    ref: Ref
    tracking: bool
    retracked: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """A push that says only this: the provider does not look at the number any more."""

    ref: Ref


class Provider(Protocol):
    """A tracking provider, with one account's key.

    A provider inherits from this and writes what its `caps` name, `fetch` and `recognises`; the
    rest raises `NotOffered`. Every method that goes out may raise a `ProviderError`.
    """

    name: str
    caps: frozenset[Cap]
    batch_size: int
    """How many numbers are asked for at a time."""
    numbers_a_call: int
    """How many of them one call is about."""
    between_calls: float
    """Seconds from the begin of one call with a key to the begin of the next."""
    looks_a_day: int | None
    """How often a day one number may be asked for; None: as often as it is of use."""

    def fetch(self, refs: Sequence[Ref]) -> Batch[Snapshot]:
        """What is known of these numbers now. Costs no quota."""

    def recognises(self, number: str) -> bool:
        """Whether it may be worth asking for this (normalised) number: by its format, no call."""

    def register(self, refs: Sequence[Ref]) -> Batch[Registered]:
        """Begin to follow these numbers. A number that is registered already is accepted."""
        self._refuse("register")

    def retrack(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Look again at numbers that the provider has stopped to look at; perhaps once ever."""
        self._refuse("retrack")

    def stop(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Look at these numbers no more; what was known stays. Costs no quota."""
        self._refuse("stop")

    def delete(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Forget these numbers. To follow one again is a registration anew, with its cost."""
        self._refuse("delete")

    def change_carrier(self, ref: Ref, carrier: str) -> Batch[Ref]:
        """Ask another carrier for this number; `carrier` is the provider's own code."""
        self._refuse("change_carrier")

    def inform(self, ref: Ref, fields: Fields) -> Batch[Ref]:
        """Tell the provider what the carrier of a registered number asked for."""
        self._refuse("info")

    def state(self, refs: Sequence[Ref]) -> Batch[Followed]:
        """Whether the provider still looks at these numbers, and what may still be done."""
        self._refuse("state")

    def quota(self) -> Quota | None:
        """What is left of the account's quota; None for a provider that has none."""
        return None

    def verify_push(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a push was signed with this account's key. Checked on the bytes as they came.

        Of a provider that pushes nothing no push is genuine.
        """
        return False

    def parse_push(self, raw: bytes) -> list[Snapshot | Stopped]:
        """What a push tells. Raises ValueError if it is not what the provider documents."""
        self._refuse("push")

    def _refuse(self, cap: Cap) -> NoReturn:
        raise NotOffered(f"{self.name} cannot {cap}: look at its caps first")
