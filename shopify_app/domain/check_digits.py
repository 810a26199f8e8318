"""The check digits of tracking numbers: whether the last sign follows from those before it.

Each function takes the part of a number that its check digit closes, check digit included; the
formats (`number_formats`) guarantee which signs stand where. Letters count as each rule says.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def gs1(number: str) -> bool:
    """Digits weighed 3, 1, 3 ... from the right, to a multiple of ten (GS1 General Specifications).

    USPS (Publication 199), Canada Post and FedEx Ground use it.
    """
    return _completes_ten(_weighed(reversed(number[:-1]), (3, 1)), number[-1])


def ups(number: str) -> bool:
    """Signs weighed 1, 2, 1 ... from the left, to a multiple of ten; A counts 2, B 3, I 0, J 1."""
    values = (sign if sign.isdigit() else str((ord(sign) - 3) % 10) for sign in number[:-1])
    return _completes_ten(_weighed(values, (1, 2)), number[-1])


def luhn(number: str) -> bool:
    """Luhn's rule (ISO/IEC 7812): every second digit doubled, the digits of all added up."""
    doubled = (digit * 2 if place % 2 else digit for place, digit in _from_right(number))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def fedex(number: str) -> bool:
    """Digits weighed 1, 3, 7 ... from the right, modulo 11, a remainder of 10 counting as 0."""
    return _weighed(reversed(number[:-1]), (1, 3, 7)) % 11 % 10 == int(number[-1])


def mod7(number: str) -> bool:
    """The remainder of the rest by seven: DHL Express air waybills."""
    return int(number[:-1]) % 7 == int(number[-1])


def mod37_36(number: str) -> bool:
    """ISO/IEC 7064, MOD 37,36: digits and letters, used by DPD."""
    rest = 36
    for sign in number[:-1]:
        rest = (rest + _ALPHABET.index(sign)) % 36 or 36
        rest = rest * 2 % 37
    return (rest + _ALPHABET.index(number[-1])) % 36 == 1


def s10(number: str) -> bool:
    """The nine digits of an international postal item (UPU standard S10)."""
    left = 11 - _weighed(number[:-1], _S10_WEIGHTS) % 11
    return {10: 0, 11: 5}.get(left, left) == int(number[-1])


def _weighed(digits: Iterable[str], weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, cycle(weights), strict=False))


def _completes_ten(total: int, check: str) -> bool:
    return (total + int(check)) % 10 == 0


def _from_right(number: str) -> Iterable[tuple[int, int]]:
    return enumerate(int(sign) for sign in reversed(number))
