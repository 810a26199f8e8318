"""Which numbers are asked of DHL at all. Formats as DHL's page on tracking labels lists them."""

from __future__ import annotations

import pytest

from shopify_app.carriers.dhl.numbers import recognised


@pytest.mark.parametrize(
    "number",
    [
        "7777777770",  # the API's own test number
        "3318810025",
        "1099255990",
        "8487135506",
        "JJD0099999999",
        "JJD000390005893028175",
        "JD014600006281230704",
        "JVGL0999999990",
        "JVGL06048524783718330083",
        "GM2951173225174494",
        "00340434292135100148",
    ],
)
def test_a_number_in_a_format_of_dhl_is_recognised(number: str) -> None:
    assert recognised(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "3318810010",  # the check digit is wrong
        "00340434292135100147",
        "73891051146",
        "9400100000000000000000",
        "YT2412345678901234",
        "RB123456785GB",
        "1Z999AA10123456784",
        "XJD0099999998",
        "S2123456789",
        "3SKABC123456789",  # of PostNL
        "777777777O",
        "７７７７７７７７７０",
    ],
)
def test_another_number_is_not(number: str) -> None:
    assert not recognised(number)
