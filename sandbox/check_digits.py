"""Tracking numbers with their check digits: how they are made and checked."""

from __future__ import annotations

import random
from collections.abc import Callable

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("ABCDEFGHKLMNPRSTUVXYZ", k=count))


def s10_check(serial: str) -> str:
    """The check digit of an S10 number (UPU standard) for its eight digits."""
    rest = sum(int(d) * w for d, w in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return {0: "5", 1: "0"}.get(rest, str(11 - rest))


def s10_valid(number: str) -> bool:
    """Whether an S10-shaped number carries its right check digit."""
    return s10_check(number[2:10]) == number[10]


def s10(first: str, country: str) -> Callable[[random.Random], str]:
    def make(rng: random.Random) -> str:
        serial = digits(rng, 8)
        return f"{first}{letters(rng, 1)}{serial}{s10_check(serial)}{country}"

    return make


def mod10(prefix: str, count: int) -> Callable[[random.Random], str]:
    """Numbers that end in a digit by which weights 3, 1, 3 from the right sum to a ten."""

    def make(rng: random.Random) -> str:
        body = prefix + digits(rng, count - len(prefix) - 1)
        total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body)))
        return body + str(-total % 10)

    return make


def waybill_valid(number: str) -> bool:
    """Whether a waybill of DHL Express ends in the rest of its nine digits by seven."""
    return int(number[:9]) % 7 == int(number[9])


def waybill(rng: random.Random) -> str:
    body = digits(rng, 9)
    return f"{body}{int(body) % 7}"


def ups(rng: random.Random) -> str:
    body = letters(rng, 3) + digits(rng, 12)
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return f"1Z{body}{-total % 10}"
