"""The merchant's custom tracking URL."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain import carrier_pages, tracking_url
from shopify_app.domain.tracking_url import (
    BadTrackingUrl,
    checked,
    link,
    links,
    of_carrier,
    site,
)


@pytest.mark.parametrize(
    "url",
    [
        tracking_url.DEFAULT,
        "https://parcelsapp.com/en/tracking/",
        "https://track.example/{number}/status?lang=en",
        "https://track.example:8443/#!/nums={number}&again={number}",
        "HTTPS://track.example/",
        "https://theo-dõi.example/",
        "https://track.example/" + "a" * (500 - len("https://track.example/")),
    ],
)
def test_an_https_address_of_any_tracking_site_is_kept_as_it_is(url: str) -> None:
    assert checked(f"  {url}\n") == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("http://track.example/", "https"),
        ("track.example/", "https"),
        ("//track.example/", "https"),
        ("javascript:alert(1)//https://track.example/", "https"),
        ("data:text/html,hello", "https"),
        ("{number}://track.example/", "https"),
        ("https:track.example", "host"),
        ("https:///track.example", "host"),
        ("https://", "host"),
        ("https://localhost/", "host"),
        ("https://./", "host"),
        ("https://a..b/", "host"),
        ("https://t.17track.net@evil.example/", "host"),
        ("https://t.17track.net:x@evil.example/", "host"),
        ("https://:secret@evil.example/", "host"),
        ("https://track.example:port/", "host"),
        ("https://track.example:99999/", "host"),
        ("https://[::1/", "host"),
        ("https://track.example/a b", "signs"),
        ("https://track.example/\nx", "signs"),
        ("https://track.example/\u202egnp", "signs"),
        ("https://track.example/\u200b", "signs"),
        ("https://track.example/\x00", "signs"),
        ('https://track.example/"onclick="x', "signs"),
        ("https://track.example/<script>", "signs"),
        ("https://t.17track.net\\@evil.example/", "signs"),
        ("https://track.example/" + "a" * 500, "long"),
    ],
)
def test_any_other_address_is_refused_and_says_why(url: str, problem: str) -> None:
    with pytest.raises(BadTrackingUrl) as refused:
        checked(url)
    assert refused.value.problem == problem


@given(st.text() | st.text().map("https://{}".format))
def test_whatever_is_kept_leads_to_a_site_by_https(text: str) -> None:
    try:
        url = checked(text)
    except BadTrackingUrl:
        return
    parts = urlsplit(link(url, "YT1"))
    assert (parts.scheme, parts.username, parts.password) == ("https", None, None)
    assert parts.hostname


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (tracking_url.DEFAULT, "https://t.17track.net/en#nums=YT1"),
        ("https://track.example/{number}/x", "https://track.example/YT1/x"),
        ("https://track.example/{number}?n={number}", "https://track.example/YT1?n=YT1"),
        ("https://track.example/{tracking}/", "https://track.example/{tracking}/YT1"),
    ],
    ids=["at the end", "in its place", "in both places", "another brace is no place"],
)
def test_the_number_stands_in_its_place_or_at_the_end(url: str, expected: str) -> None:
    assert link(url, "YT1") == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_number_cannot_leave_its_place(number: str) -> None:
    address = link("https://track.example/{number}/status", number)
    coded = address.removeprefix("https://track.example/").removesuffix("/status")
    assert unquote(coded) == number
    assert not set(coded) & set("/?#&<>\"' ")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (tracking_url.DEFAULT, "t.17track.net"),
        ("https://Track.Example:8443/{number}", "track.example"),
    ],
)
def test_the_customer_sees_which_site_it_is(url: str, host: str) -> None:
    assert site(url) == host


SITE = "https://t.17track.net/en#nums="
OTHER = "https://track.example/{number}?a=1"


@pytest.mark.parametrize(
    ("parcels", "expected"),
    [
        ([], []),
        ([(SITE, "A/1"), (SITE, "B")], [SITE + "A%2F1,B"]),
        ([(OTHER, "A"), (OTHER, "B")], [OTHER.replace("{number}", each) for each in "AB"]),
        ([(SITE, "A"), (OTHER, "B"), (SITE, "C")], [SITE + "A,C", "https://track.example/B?a=1"]),
    ],
)
def test_a_site_that_takes_several_numbers_gets_them_in_one_link(
    parcels: list[tuple[str, str]], expected: list[str]
) -> None:
    assert links(parcels) == expected


def test_a_link_has_no_more_numbers_than_the_site_takes() -> None:
    many = links((SITE, f"N{n}") for n in range(81))
    assert [each.count(",") for each in many] == [39, 39, 0]


@pytest.mark.parametrize(
    ("carriers", "expected"),
    [
        (("DHL express", ""), OTHER),
        (("", "dhlExpress"), OTHER),
        (("UPS", "Evri"), SITE),
        (("", ""), SITE),
    ],
)
def test_a_carrier_can_have_a_site_of_its_own(carriers: tuple[str, ...], expected: str) -> None:
    assert of_carrier(SITE, {"DHL Express": OTHER}, *carriers) == expected


def test_every_carriers_page_that_is_offered_may_be_used() -> None:
    for name, url in carrier_pages.PAGES.items():
        assert checked(url) == url, name
