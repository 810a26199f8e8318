"""The formats of tracking numbers: whose a number can be by its shape and its check digit.

Carriers publish few of these rules. Those with a check digit follow the carriers' barcode guides
(USPS Publication 199, UPU S10, FedEx and UPS labels); those marked plausible are only what the
numbers of a carrier look like, as those of the carriers of AliExpress and of Vietnam do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from re import Pattern
from typing import NamedTuple

from shopify_app.domain import check_digits as check
from shopify_app.domain.carrier_names import POSTS


class Confidence(StrEnum):
    """How sure it is that a number is of a carrier; the surest first."""

    CHECK_DIGIT = "check_digit"
    FORMAT = "format"
    PLAUSIBLE = "plausible"


class Format(NamedTuple):
    """One shape of one carrier. `check` is asked about group 1 of the pattern."""

    carrier: str
    pattern: Pattern[str]
    confidence: Confidence
    check: Callable[[str], bool] | None = None


def _checked(carrier: str, pattern: str, rule: Callable[[str], bool]) -> Format:
    return Format(carrier, re.compile(pattern, re.ASCII), Confidence.CHECK_DIGIT, rule)


def _fixed(carrier: str, pattern: str) -> Format:
    return Format(carrier, re.compile(pattern, re.ASCII), Confidence.FORMAT)


def _plausible(carrier: str, pattern: str) -> Format:
    return Format(carrier, re.compile(pattern, re.ASCII), Confidence.PLAUSIBLE)


def _usps_20(number: str) -> bool:
    """The check digit of 20 signs counts the 91 in front that some labels leave out."""
    return check.gs1(number) or check.gs1("91" + number)


# What may stand before a USPS number in its barcode: 420 and the ZIP code, with or without +4.
_ZIP = r"(?:420\d{5}(?:\d{4})?)?"

# The most telling first: where several of one confidence fit, this order ranks them.
FORMATS = (
    _checked("ups", r"1Z([A-Z0-9]{15}\d)", check.ups),
    # 94 and 95 with any mailer's number; 92 with one of nine digits, 93 with one of six.
    _checked("usps", _ZIP + r"((?:9[45]\d{4}|92\d{3}9|93\d{3}[0-8])\d{16}(?:\d{4})?)", check.gs1),
    _checked("usps", r"(94\d{3}9\d{24})", check.gs1),
    _checked("usps", _ZIP + r"(91\d{20})", check.gs1),
    _checked("fedex", r"96\d{5}(\d{15})", check.gs1),
    _checked("fedex", r"(?:[0-8]\d|96)\d{18}(\d{14})", check.fedex),
    _checked("fedex", r"3\d{15}(\d{12})\d{4}", check.fedex),
    _checked("ups", r"[AHJKTV](\d{10})", check.ups),
    # The leading letter counts, as it does with UPS.
    _checked("ontrac", r"([CD]\d{14})", check.ups),
    _checked("old_dominion", r"((?:072|77[78]|780)\d{8}|80\d{9})", check.luhn),
    _checked("dpd", r"(\d{27}[0-9A-Z]|\d{14}[0-9A-Z])", check.mod37_36),
    _checked("fedex", r"(\d{12})", check.fedex),
    _checked("fedex", r"(\d{15})", check.gs1),
    _checked("purolator", r"([0-5]\d{11})", check.luhn),
    _checked("canada_post", r"(\d{16})", check.gs1),
    _checked("fedex", r"\d\d(\d{16})", check.gs1),
    _checked("usps", _ZIP + r"(\d{20})", _usps_20),
    _checked("dhl_express", r"(\d{10,11})", check.mod7),
    _fixed("amazon", r"TB[ACM]\d{12}"),
    _fixed("gofo", r"GFUS\d{14}"),
    _fixed("landmark", r"LTN\d{8}N1"),
    _fixed("lasership", r"1LS7[12]\d{10}|1LS7[12]\d\d01[1-4]\d{6}1|1LSCX[0-9A-Z]{10}"),
    _fixed("lasership", r"L[AEHINX][1-3]\d{7}"),
    _fixed("yodel", r"JJ?D\d{16}"),
    _fixed("speedee", r"SP\d{18}"),
    _fixed("canpar", r"[CDKLSUXZ]\d{21}"),
    _fixed("dhl_ecommerce", r"GM(?=.*\d)[0-9A-Z]{10,39}"),
    _fixed("purolator", r"(?!JJD)[A-Z]{3}\d{9}"),
    _fixed("dhl_express", r"J[A-Z]{2,3}\d{9,10}"),
    _fixed("amazon", r"[ACF]\d{10}"),
    _plausible("4px", r"4PX\d{13}CN"),
    _plausible("yunexpress", r"YT\d{16}"),
    _plausible("yanwen", r"[UV][A-Z]\d{9}YP"),
    # CN, the place of the last mile, digits: CNUSUP00001234567, CNFR1234567890123HD.
    _plausible("cainiao", r"LP\d{14}|CN[A-Z]{2,5}\d{8,22}(?:[A-Z]{2})?"),
    _plausible("cainiao", r"AE[A-Z]{0,4}\d{8,14}(?:[A-Z]{2}\d)?"),
    _plausible("sunyou", r"SY[A-Z]{2,5}\d{8,10}"),
    _plausible("sf_express", r"SF\d{13}"),
    _plausible("uniuni", r"UUS[0-9A-Z]{10,16}"),
    _plausible("spx", r"SPX[A-Z]{2}\d{10,14}[A-Z]?"),
    _plausible("ninja_van", r"NV[A-Z]{2}(?=.*\d)[0-9A-Z]{8,16}"),
    # S1.A1.17373471: the shop, the stations on the way, the order.
    _plausible("ghtk", r"S\d{1,9}(?:[A-Z]{1,2}\d{0,2}){1,4}\d{6,10}"),
    _plausible("jt_express", r"8\d{11}"),
    _plausible("viettel_post", r"1\d{10}"),
    _plausible("ghn", r"[GL][0-9A-Z]{7}"),
    _plausible("dhl_ecommerce", r"\d{14}|(?:LX|RX|UV|CN|SG|TH|IN|HK|MY)\d{10,18}"),
)

# Which letters may open an S10 number: each class of mail has its own (UPU standard S10).
_S10 = re.compile(r"(?:[BCDEHLMNPRUVZ][A-Z]|A[V-Z]|G[AD]|Q[A-M])(\d{9})([A-Z]{2})", re.ASCII)


# All of them as one: most words of a text fit none, and are told so at once.
_ANY = re.compile(
    "|".join(f"(?:{p.pattern})" for p in (_S10, *(f.pattern for f in FORMATS))), re.ASCII
)


def has_shape(number: str) -> bool:
    """Whether the normalised number is written like one of a carrier, its check digit apart."""
    return bool(_ANY.fullmatch(number))


def fits(number: str) -> Iterator[tuple[str, Confidence]]:
    """The carrier of each format that the normalised number fits, check digit included."""
    if not has_shape(number):
        return
    postal = _S10.fullmatch(number)
    if postal and postal[2] in POSTS and check.s10(postal[1]):
        yield POSTS[postal[2]].key, Confidence.CHECK_DIGIT
    for carrier, pattern, confidence, rule in FORMATS:
        match = pattern.fullmatch(number)
        if match and (rule is None or rule(match[1])):
            yield carrier, confidence


def misfits(number: str) -> Iterator[str]:
    """The carrier of each format that the normalised number has but for its check digit."""
    postal = _S10.fullmatch(number)
    if postal and postal[2] in POSTS and not check.s10(postal[1]):
        yield POSTS[postal[2]].key
    for carrier, pattern, _, rule in FORMATS:
        match = pattern.fullmatch(number)
        if match and rule and not rule(match[1]):
            yield carrier
