"""The carriers that the sandbox knows, and how their tracking numbers are written.

The codes of China Post, USPS, Royal Mail, DHL Express, UPS, Yanwen, Cainiao and GHN are 17TRACK's
own; where public sources are silent or differ the code is the sandbox's. Clients load the list,
they do not hard-code it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.check_digits import (
    digits,
    letters,
    mod10,
    s10,
    s10_valid,
    ups,
    waybill,
    waybill_valid,
)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier: its 17TRACK code, who it is, and the shape of its numbers."""

    code: int
    name: str
    alias: str
    country: str
    language: str
    homepage: str
    pattern: str
    make: Callable[[random.Random], str]
    link: str = "https://t.17track.net/en#nums={}"
    """The tracking page that Shopify would link to."""


CARRIERS: dict[str, Carrier] = {
    "yunexpress": Carrier(
        190008,
        "YunExpress",
        "云途物流",
        "CN",
        "en",
        "https://www.yuntrack.com/",
        r"YT\d{16}",
        lambda rng: f"YT26{digits(rng, 14)}",
        "https://www.yuntrack.com/parcelTracking?id={}",
    ),
    "yanwen": Carrier(
        190012,
        "Yanwen",
        "燕文物流",
        "CN",
        "zh-cn",
        "https://www.yw56.com.cn/",
        r"[UV][A-Z]\d{9}YP",
        s10("U", "YP"),
        "https://track.yw56.com.cn/en/querydel?nums={}",
    ),
    "cainiao": Carrier(
        190271,
        "Cainiao",
        "菜鸟",
        "CN",
        "en",
        "https://global.cainiao.com/",
        r"LP\d{14}|CNUSUP\d{8,11}",
        lambda rng: rng.choice([f"LP00{digits(rng, 12)}", f"CNUSUP{digits(rng, 10)}"]),
        "https://global.cainiao.com/detail.htm?mailNoList={}",
    ),
    "4px": Carrier(
        190094,
        "4PX",
        "递四方",
        "CN",
        "en",
        "https://www.4px.com/",
        r"4PX\d{13}CN",
        lambda rng: f"4PX{digits(rng, 13)}CN",
        "https://track.4px.com/#/result/0/{}",
    ),
    "china_post": Carrier(
        3011,
        "China Post",
        "中国邮政",
        "CN",
        "zh-cn",
        "https://www.chinapost.com.cn/",
        r"[A-Z]{2}\d{9}CN",
        s10("R", "CN"),
    ),
    "usps": Carrier(
        21051,
        "USPS",
        "United States Postal Service",
        "US",
        "en",
        "https://www.usps.com/",
        r"9[2-5]\d{20}",
        mod10("92612", 22),
        "https://tools.usps.com/go/TrackConfirmAction_input?qtc_tLabels1={}",
    ),
    "ups": Carrier(
        100002,
        "UPS",
        "United Parcel Service",
        "US",
        "en",
        "https://www.ups.com/",
        r"1Z[A-Z0-9]{16}",
        ups,
        "https://www.ups.com/WebTracking?loc=en_US&trackNums={}",
    ),
    "canada_post": Carrier(
        3041,
        "Canada Post",
        "Postes Canada",
        "CA",
        "en",
        "https://www.canadapost-postescanada.ca/",
        r"\d{16}|[A-Z]{2}\d{9}CA",
        mod10("7035", 16),
        "https://www.canadapost-postescanada.ca/track-reperage/en#/details/{}",
    ),
    "royal_mail": Carrier(
        11031,
        "Royal Mail",
        "Royal Mail Group",
        "GB",
        "en",
        "https://www.royalmail.com/",
        r"[A-Z]{2}\d{9}GB",
        s10("L", "GB"),
        "https://www.royalmail.com/track-your-item#/{}",
    ),
    "postnl": Carrier(
        14041,
        "PostNL",
        "PostNL",
        "NL",
        "nl",
        "https://www.postnl.nl/",
        r"3S[A-Z]{4}\d{9}|[A-Z]{2}\d{9}NL",
        lambda rng: f"3S{letters(rng, 4)}{digits(rng, 9)}",
        "https://jouw.postnl.nl/track-and-trace/{}",
    ),
    "vnpost": Carrier(
        22041,
        "Vietnam Post",
        "VNPost",
        "VN",
        "vi",
        "https://www.vnpost.vn/",
        r"[A-Z]{2}\d{9}VN",
        s10("E", "VN"),
        "https://vnpost.vn/vi-vn/dinh-vi/buu-pham?key={}",
    ),
    "viettel": Carrier(
        100700,
        "Viettel Post",
        "Bưu chính Viettel",
        "VN",
        "vi",
        "https://viettelpost.vn/",
        r"VTP\d{10}",
        lambda rng: f"VTP{digits(rng, 10)}",
    ),
    "ghtk": Carrier(
        100701,
        "GHTK",
        "Giao Hàng Tiết Kiệm",
        "VN",
        "vi",
        "https://giaohangtietkiem.vn/",
        r"S\d{9,10}",
        lambda rng: f"S2{digits(rng, 8)}",
        "https://i.ghtk.vn/{}",
    ),
    "ghn": Carrier(
        100593,
        "GHN",
        "Giao Hàng Nhanh",
        "VN",
        "vi",
        "https://ghn.vn/",
        r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{8}",
        lambda rng: f"G{letters(rng, 2)}{digits(rng, 1)}{letters(rng, 2)}{digits(rng, 2)}",
        "https://donhang.ghn.vn/?order_code={}",
    ),
    "dhl": Carrier(
        100001,
        "DHL Express",
        "DHL",
        "DE",
        "en",
        "https://www.dhl.com/",
        r"\d{10}",
        waybill,
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    ),
}
BY_CODE = {carrier.code: key for key, carrier in CARRIERS.items()}


def normalize(number: str) -> str:
    """A number as carriers store it: without blanks and dashes, in capitals."""
    return re.sub(r"[\s-]", "", number).upper()


def detect(number: str) -> str | None:
    """The key of the first carrier whose numbers look like this one."""
    return next((k for k, c in CARRIERS.items() if re.fullmatch(c.pattern, number)), None)


def impossible(number: str) -> bool:
    """It should have a check digit and has another: the carrier will never have seen it."""
    if re.fullmatch(CARRIERS["dhl"].pattern, number):
        return not waybill_valid(number)
    shaped = re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", number) and not number.endswith("YP")
    return bool(shaped) and not s10_valid(number)


def link(number: str, company: str) -> str:
    """The tracking page that Shopify fills in for a carrier it knows; else none."""
    for key, carrier in CARRIERS.items():
        if company in (carrier.name, key):
            return carrier.link.format(number)
    return ""
