"""Tracking numbers: cleaned, found in text, recognised, put right."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.carrier_names import CARRIERS, POSTS
from shopify_app.domain.number_formats import FORMATS
from shopify_app.domain.tracking_number import (
    Candidate,
    Confidence,
    doubt,
    flaw,
    mistyped,
    normalise,
    recognise,
    split,
)

# Public courier formats with numbers to test them by, which are no part of this repository.
VECTORS = os.environ.get("COURIER_VECTORS", "")

# Our carriers of their files, where the names differ.
OURS = {
    "canadapost": {"canada_post"},
    "dhl": {"dhl_express", "dhl_ecommerce"},
    "s10": {carrier.key for carrier in POSTS.values()},
}

SURE = {
    "1Z 999 AA1 01 2345 6784": "ups",
    "9400111206206406260787": "usps",
    "420 22153 9101026837331000039521": "usps",
    "986578788855": "fedex",
    "9622001900000000000000776632517510": "fedex",
    "RB123456785GB": "royal_mail",
    "RR473124829CN": "china_post",
    "EE876543216VN": "vnpost",
    "LX123456785NL": "postnl",
    "CP000000014US": "usps",
    "RR000000005TW": "chunghwa_post",
    "RB123456785KZ": "post_kz",
    "3318810025": "dhl_express",
    "C11031500001879": "ontrac",
    "0998 0000 0200 34D": "dpd",
    "07209562763": "old_dominion",
    "320595463938": "purolator",
    "7035114477138472": "canada_post",
}

FIXED = {
    "TBA502887274000": "amazon",
    "GFUS01011884214464": "gofo",
    "JJD0002257639032011": "yodel",
    "GM295117494011169042": "dhl_ecommerce",
    "LTN74207623N1": "landmark",
}

PLAUSIBLE = {
    "YT2229521272164446": "yunexpress",
    "4PX3001524214536CN": "4px",
    "UG336196744YP": "yanwen",
    "UY894729184YP": "yanwen",
    "VX123456789YP": "yanwen",
    "LP00123456789012": "cainiao",
    "CNUSUP00009319533": "cainiao",
    "CNUSUP12345678": "cainiao",
    "CNFR1234567890123HD": "cainiao",
    "AE012345678": "cainiao",
    "SYAE003456789": "sunyou",
    "SF1234567890123": "sf_express",
    "SPXVN05144905142B": "spx",
    "S1.A1.17373471": "ghtk",
    "GAN3TVLQ": "ghn",
    "802835136377": "jt_express",
    "10345381626": "viettel_post",
}

UNKNOWN = ["", "HELLO", "12345", "RB123456785XX", "RB123456786US", "RR123456789CN", "UJ123456789CN"]


def carriers(number: str) -> list[str]:
    return [candidate.carrier for candidate in recognise(number)]


def vectors(kind: str) -> list[tuple[str, str]]:
    """Each number of a kind ("valid", "invalid") with the file of its courier."""
    found = []
    for file in sorted(Path(VECTORS).glob("*.json")):
        formats = json.loads(file.read_text())["tracking_numbers"]
        found += [(file.stem, number) for f in formats for number in f["test_numbers"][kind]]
    return found


def ours(courier: str) -> set[str]:
    return OURS.get(courier, {courier})


needs_vectors = pytest.mark.skipif(
    not VECTORS, reason="COURIER_VECTORS names no folder of courier formats (CONTRIBUTING.md)"
)


@needs_vectors
def test_every_valid_vector_is_of_its_courier() -> None:
    numbers = vectors("valid")
    missed = [(c, n) for c, n in numbers if not ours(c) & set(carriers(n))]
    assert len(numbers) == 192
    assert missed == []


@needs_vectors
def test_the_courier_of_an_unambiguous_vector_stands_first() -> None:
    behind = [(c, n) for c, n in vectors("valid") if carriers(n)[0] not in ours(c)]
    # Digits that fit FedEx's check digit as well as Purolator's.
    assert {n for _, n in behind} <= {"287809468872", "320610804900"}


@needs_vectors
def test_no_invalid_vector_is_of_its_courier() -> None:
    numbers = vectors("invalid")
    # Twelve digits are no number of Purolator's other format, but of this one they are.
    valid = set(vectors("valid"))
    taken = [(c, n) for c, n in numbers if (c, n) not in valid and ours(c) & set(carriers(n))]
    assert len(numbers) == 88
    assert taken == []


@needs_vectors
def test_every_valid_vector_is_found_in_text() -> None:
    for _, number in vectors("valid"):
        assert split(number) == [normalise(number)]
        assert split(f"Tracking number: {number}\n") == [normalise(number)]


@needs_vectors
@pytest.mark.parametrize("sign", [",", ";", "\n", "\t", " ", ", ", " | ", "\r\n"])
def test_valid_vectors_are_told_apart(sign: str) -> None:
    whole = dict.fromkeys(normalise(number) for _, number in vectors("valid"))
    assert split(sign.join(whole)) == list(whole)


@pytest.mark.parametrize(("number", "carrier"), SURE.items())
def test_check_digit(number: str, carrier: str) -> None:
    assert recognise(number)[0] == Candidate(carrier, Confidence.CHECK_DIGIT)


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("LX 123 456 786 NL", "postnl"),
        ("1Z999AA10123456785", "ups"),
        ("9261290990151000000001", "usps"),
        ("LX123456785NL", ""),
        ("YT2412345678901234", ""),
        ("1234567890", ""),
        ("HELLO1", ""),
    ],
)
def test_a_check_digit_that_does_not_fit_is_a_doubt_where_the_shape_tells_whose_it_is(
    number: str, carrier: str
) -> None:
    assert mistyped(number) == carrier


@pytest.mark.parametrize("number", SURE)
def test_a_wrong_check_digit_is_not_recognised_as_sure(number: str) -> None:
    whole = normalise(number)
    place = max(i for i, sign in enumerate(whole) if sign.isdigit())
    wrong = [whole[:place] + d + whole[place + 1 :] for d in "0123456789" if d != whole[place]]
    sure = Candidate(SURE[number], Confidence.CHECK_DIGIT)
    assert sum(sure in recognise(number) for number in wrong) <= 1


@pytest.mark.parametrize(("number", "carrier"), FIXED.items())
def test_fixed_format(number: str, carrier: str) -> None:
    assert recognise(number) == [Candidate(carrier, Confidence.FORMAT)]


@pytest.mark.parametrize(("number", "carrier"), PLAUSIBLE.items())
def test_plausible_format(number: str, carrier: str) -> None:
    assert Candidate(carrier, Confidence.PLAUSIBLE) in recognise(number)


@pytest.mark.parametrize("number", UNKNOWN)
def test_an_unknown_number_has_no_candidates(number: str) -> None:
    assert recognise(number) == []


def test_the_surest_stand_first() -> None:
    assert [(c.carrier, c.confidence) for c in recognise("10000000006")] == [
        ("dhl_express", Confidence.CHECK_DIGIT),
        ("viettel_post", Confidence.PLAUSIBLE),
    ]


def test_the_more_telling_of_two_formats_stands_first() -> None:
    # A USPS barcode with its ZIP code, whose digits FedEx's rule accepts by chance.
    assert carriers("4201028200009261290113185417468510") == ["usps", "fedex"]


def test_every_format_names_a_carrier() -> None:
    assert {f.carrier for f in FORMATS} <= set(CARRIERS)
    assert all(CARRIERS[key].key == key and CARRIERS[key].name for key in CARRIERS)


def test_codes_of_17track() -> None:
    codes = {key: c.seventeentrack for key, c in CARRIERS.items() if c.seventeentrack}
    assert codes == {
        "china_post": 3011,
        "usps": 21051,
        "royal_mail": 11031,
        "dhl_express": 100001,
        "ups": 100002,
        "fedex": 100003,
        "yanwen": 190012,
        "cainiao": 190271,
        "ghn": 100593,
    }


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        ("RBI23456785GB", "RB123456785GB"),
        ("rb l23456785 gb", "RB123456785GB"),
        ("RB123456785G8", ""),
        ("IZ999AA10123456784", "1Z999AA10123456784"),
        ("1Z999AA1O123456784", "1Z999AA10123456784"),
        ("94001112062064O6260787", "9400111206206406260787"),
        ("YT222952127216444O", "YT2229521272164440"),
        ("4PX3O01524214536CN", "4PX3001524214536CN"),
        ("C0123456785US", "CO123456785US"),
        ("TBAO10000000000", "TBA010000000000"),
        ("94OO111206206406260787", ""),  # two signs
        ("RB123456785GB", ""),
        ("RB123456786US", ""),
        ("LP00123456789012", ""),
        ("GOLD1234", ""),
        ("HELLO", ""),
        ("", ""),
    ],
)
def test_doubt(number: str, meant: str) -> None:
    assert doubt(number) == meant


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        (" \n ", []),
        ("---", []),
        ("ABC12", ["ABC12"]),
        ("1234", ["1234"]),
        ("rb123456785gb", ["RB123456785GB"]),
        ("9400 1000 0000 0000 0000 00", ["9400100000000000000000"]),
        ("RR 123 456 785 CN", ["RR123456785CN"]),
        ("RR 123 456 789 CN", ["RR123456789CN"]),
        ("1Z 999 AA1 01 2345 6784", ["1Z999AA10123456784"]),
        ("9400-1000-0000-0000-0000-00", ["9400100000000000000000"]),
        ("1234 5678 9012 3450 777", ["1234567890123450777"]),
        ("LP 0012 3456 7890 12", ["LP00123456789012"]),
        ("rr 123 456 785 cn", ["RR123456785CN"]),
        ("12345678 87654321", ["12345678", "87654321"]),
        ("3318810025 73891051146", ["3318810025", "73891051146"]),
        ("RB123456785GB,YT2229521272164446", ["RB123456785GB", "YT2229521272164446"]),
        ("RB123456785GB;\tRB123456785GB", ["RB123456785GB"]),
        ("UNKNOWN1234\nUNKNOWN5678", ["UNKNOWN1234", "UNKNOWN5678"]),
        ("number: 1Z999AA10123456784", ["1Z999AA10123456784"]),
        ("TRACKING NUMBER 1Z999AA10123456784", ["1Z999AA10123456784"]),
        ("Tracking no. 12345678901", ["12345678901"]),
        ("№12345678901", ["12345678901"]),
        ("USPS 9400 1112 0108 0805 4830 16", ["9400111201080805483016"]),
        ("UPS 123456789", ["123456789"]),
        ("Order #1001: RB123456785GB (Royal Mail)", ["RB123456785GB"]),
        ("Order 1001 RB 123 456 785 GB", ["RB123456785GB"]),
        ("Order 1001 9400 1112 0108 0805 4830 16", ["9400111201080805483016"]),
        ("RB123456785GB: delivered", ["RB123456785GB"]),
        ("单号：YT2229521272164446，LP00123456789012", ["YT2229521272164446", "LP00123456789012"]),
        ("Mã vận đơn: S1.A1.17373471, GAN3TVLQ GYKBGEVY", ["S1A117373471", "GAN3TVLQ", "GYKBGEVY"]),
        (
            "1Z 999 AA1 01 2345 6784 RR 123 456 785 CN",
            ["1Z999AA10123456784", "RR123456785CN"],
        ),
        (
            "https://t.17track.net/en#nums=RB123456785GB,UNKNOWN123",
            ["RB123456785GB", "UNKNOWN123"],
        ),
        ("t.17track.net/en#nums=RB123456785GB%2CUNKNOWN123", ["RB123456785GB", "UNKNOWN123"]),
        ("See https://parcelsapp.com/en/tracking/RB123456785GB?x=1 !", ["RB123456785GB"]),
        (
            "https://www.dhl.com/en/tracking.html?brand=DHL&AWB=3318810025&utm_id=2026112412",
            ["3318810025"],
        ),
    ],
)
def test_split(text: str, numbers: list[str]) -> None:
    assert split(text) == numbers


def test_many_lines_are_split_in_good_time() -> None:
    lines = [f"YT22295212{place:08d}" for place in range(2000)]
    assert split("\n".join(lines)) == lines
    assert max(map(len, split(" ".join("7" * 2000)))) <= 50


signs = st.text(alphabet="0123456789OILRBGZYTUSCN -,:\n", max_size=60)


@given(st.text(max_size=80) | signs)
def test_any_text_is_taken(text: str) -> None:
    assert recognise(normalise(text)) == recognise(text)
    assert doubt(text) == doubt(normalise(text))
    for number in split(text):
        assert re.fullmatch("[0-9A-Z]+", number)
        assert split(number) == [number]


@given(st.text(max_size=80) | signs)
def test_splitting_again_changes_nothing(text: str) -> None:
    numbers = split(text)
    assert len(set(numbers)) == len(numbers)
    assert split("\n".join(numbers)) == numbers


@given(signs)
def test_what_doubt_suggests_is_recognised_and_one_sign_away(text: str) -> None:
    number, meant = normalise(text), doubt(text)
    if meant:
        assert sum(a != b for a, b in zip(number, meant, strict=True)) == 1
        assert recognise(meant)
        assert recognise(meant) != recognise(number)


@given(st.text(max_size=40))
def test_normalise(text: str) -> None:
    once = normalise(text)
    assert re.fullmatch("[0-9A-Z]*", once)
    assert normalise(once) == once
    assert normalise(f" {text}-") == once


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RR 123 456 785 CN", ""),
        ("7", ""),
        (f"{'9' * 25}-{'8' * 25}", ""),
        ("9" * 51, "too_long"),
        ("ask Maren", "not_a_number"),
        ("²", "not_a_number"),
        ("", "not_a_number"),
    ],
)
def test_what_can_be_no_number_of_any_carrier_is_said_so(text: str, found: str) -> None:
    assert flaw(text) == found
