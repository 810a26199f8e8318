"""The customers: invented people with addresses that could be."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from sandbox.database import Json
from sandbox.places import CITIES, COUNTRY_NAMES, Place
from sandbox.shopify.new_order import address

FIRST = (
    "Amelia", "Jonas", "Priya", "Caleb", "Noor", "Harriet", "Mateo", "Ingrid", "Tobias", "Leona",
    "Desmond", "Yara", "Felix", "Marguerite", "Owen", "Saskia", "Reuben", "Tamsin", "Idris",
    "Clara", "Anders", "Beatrix", "Hugo", "Nadia", "Elliot", "Rosalind", "Kofi", "Willa",
)  # fmt: skip
LAST = (
    "Hartwell", "Okafor", "Lindqvist", "Marchetti", "Delacroix", "Pemberton", "Vasquez", "Novak",
    "Ashdown", "Brandt", "Castellan", "Quimby", "Fairweather", "Ostrowski", "Rahimi", "Thorne",
    "Winslow", "Abernathy", "Kessler", "Mbeki", "Van Dijk", "Sorensen", "Callaghan", "Ferreira",
)  # fmt: skip
VIETNAMESE_FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
)  # fmt: skip
VIETNAMESE_GIVEN = (
    "Minh Anh", "Thu Hà", "Quốc Bảo", "Ngọc Lan", "Đức Thịnh", "Thanh Trúc", "Gia Hân", "Hải Yến",
    "Tuấn Kiệt", "Phương Thảo", "Bảo Châu", "Hoàng Long", "Khánh Linh", "Văn Dũng", "Mỹ Duyên",
    "Nhật Nam", "Thùy Dương", "Anh Tú", "Kim Ngân", "Xuân Mai",
)  # fmt: skip
STREETS = (
    "Maple Avenue", "Harbor Lane", "Juniper Street", "Quarry Road", "Willow Court", "Mill Street",
    "Lantern Way", "Orchard Close", "Foundry Row", "Bay Street",
)  # fmt: skip
VIETNAMESE_STREETS = (
    "Nguyễn Trãi", "Lê Lợi", "Trần Hưng Đạo", "Võ Văn Tần", "Hai Bà Trưng", "Xuân Thủy",
    "Điện Biên Phủ", "Lý Thường Kiệt", "Nguyễn Thị Minh Khai", "Cách Mạng Tháng Tám",
)  # fmt: skip
PHONE = {
    "US": "+1302555{:04d}", "CA": "+1416555{:04d}", "GB": "+44770090{:04d}", "NL": "+3161234{:04d}",
    "VN": "+849012{:05d}",
}  # fmt: skip
LANGUAGE = {"VN": "vi", "NL": "nl"}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer and where they live."""

    first_name: str
    last_name: str
    place: Place
    email: str
    phone: str
    address: Json

    @property
    def locale(self) -> str:
        return LANGUAGE.get(self.place.country, "en")


def person(rng: random.Random, country: str) -> Person:
    """Somebody of a country, drawn by chance."""
    place = rng.choice(CITIES[country])
    vietnamese = country == "VN"
    first = rng.choice(VIETNAMESE_GIVEN if vietnamese else FIRST)
    last = rng.choice(VIETNAMESE_FAMILY if vietnamese else LAST)
    phone = PHONE[country].format(rng.randrange(100, 9_999))
    street = (
        f"{rng.randrange(2, 320)} đường {rng.choice(VIETNAMESE_STREETS)}"
        if vietnamese
        else f"{rng.randrange(2, 980)} {rng.choice(STREETS)}"
    )
    home = address(
        first, last, street, place.city, place.province, place.province_code, place.zip,
        COUNTRY_NAMES[country], country, phone,
    )  # fmt: skip
    mailbox = f"{_plain(first)}.{_plain(last)}{rng.randrange(10, 99)}@example.com"
    return Person(first, last, place, mailbox, phone, home)


def _plain(name: str) -> str:
    """A name as it stands in an email address: no marks, no blanks."""
    bare = name.replace("Đ", "D").replace("đ", "d")
    spread = unicodedata.normalize("NFD", bare)
    return "".join(sign for sign in spread if sign.isascii() and sign.isalpha()).lower()
