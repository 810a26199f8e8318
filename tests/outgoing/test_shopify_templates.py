"""Liquid for Shopify's own notifications: what it says, and what is found in a merchant's own."""

from __future__ import annotations

import re

import pytest

from shopify_app.domain import liquid_doctor
from shopify_app.domain.liquid_doctor import Report
from shopify_app.models import Shop
from shopify_app.outgoing import sample
from shopify_app.outgoing.shopify_templates import EVENTS, preview, remedy, text

SEVENTEEN = "https://t.17track.net/en#nums="
INSIDE = "https://track.example/{number}/now?a=1&b=2"
NUMBERS = sample.SEVERAL


def shop(url: str = SEVENTEEN, **carriers: str) -> Shop:
    return Shop(name="Alice", tracking_url=url, carrier_urls=carriers)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("event", EVENTS)
def test_each_text_runs_with_no_one_and_two_parcels(
    event: str, channel: str, language: str
) -> None:
    liquid = text(shop(), event, channel, language)
    said = [preview(liquid, shop(), NUMBERS[:count]) for count in range(3)]
    assert SEVENTEEN not in said[0]
    assert [sample.NUMBER in each for each in said] == [False, True, True]
    assert "GAP%204ZQ%2F7M" in said[2]
    assert not any("{" in each for each in said)
    if channel == "sms":
        assert all(each.startswith("Alice: ") and "#1001" in each for each in said)
        assert len(said[1].splitlines()) == 1


def test_a_text_message_has_one_link_where_the_site_takes_several_numbers() -> None:
    of = {"event": "shipping_confirmation", "channel": "sms", "language": "en"}
    said = preview(text(shop(), **of), shop(), NUMBERS)
    assert said.endswith(f" Track it: {SEVENTEEN}{sample.NUMBER},GAP%204ZQ%2F7M")
    apart = preview(text(shop(INSIDE), **of), shop(), NUMBERS)
    assert apart.count("https://track.example/") == 2


@pytest.mark.parametrize(
    ("of", "link"),
    [
        (shop(INSIDE), "https://track.example/GAP%204ZQ%2F7M/now?a=1&amp;b=2"),
        (shop(INSIDE, Yun_Express="https://x.test/"), "https://track.example/GAP%204ZQ%2F7M/now"),
        (shop(INSIDE, yunexpress="https://own.test/?n="), "https://own.test/?n=GAP%204ZQ%2F7M"),
        (shop(INSIDE, yunexpress="https://own.test/{number}/"), "https://own.test/GAP%204ZQ%2F7M/"),
    ],
)
def test_the_link_is_the_merchants_for_that_carrier(of: Shop, link: str) -> None:
    said = preview(text(of, "delivered", "email", "en"), of, NUMBERS[1:])
    assert f'<a href="{link}' in said


@pytest.mark.parametrize(
    ("written", "shopifys"),
    [
        ("Giao Hàng Nhanh (GHN)", "GHN"),
        ("Giao Hàng Nhanh (GHN)", "Giao hàng nhanh"),
        ("SingPost", "Singapore Post"),
        ("Singapore Post", "SingPost"),
        ("La Poste", "Colissimo"),
        ("Ninja Van", "NinjaVan"),
    ],
)
def test_a_carrier_is_known_by_each_of_its_names(
    written: str, shopifys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "CARRIER", shopifys)
    of = shop(INSIDE, **{written: "https://own.test/?n="})
    assert "https://own.test/?n=" in preview(text(of, "delivered", "email", "en"), of, NUMBERS)
    assert of.tracking_site("", shopifys) == "https://own.test/?n="
    assert of.tracking_site("Somebody", "") == INSIDE


SHOPIFYS = """{% capture email_title %}On its way{% endcapture %}
{% capture email_body %}Your order is on its way.{% endcapture %}
<body>
<p>{{ email_body }}</p>
{% if fulfillment.tracking_numbers.size > 0 %}
  <p>
  {% if fulfillment.tracking_numbers.size == 1 and fulfillment.tracking_url %}
    <a href="{{ fulfillment.tracking_url }}">{{ fulfillment.tracking_numbers.first }}</a>
  {% else %}
    {% for one in fulfillment.tracking_numbers %}
      {% if fulfillment.tracking_urls[forloop.index0] %}
        <a href="{{ fulfillment.tracking_urls[forloop.index0] }}">{{ one }}</a>
      {% endif %}
    {% endfor %}
  {% endif %}
  </p>
{% endif %}
{% for line in fulfillment.fulfillment_line_items %}{{ line.line_item.title }}{% endfor %}
</body>"""
BARE = "<body>\n<p>{{ email_body }}</p>\n</body>"
LOOSE = '<body><a href="{{ fulfillment.tracking_url }}">Track</a></body>'
OURS = remedy(shop(), "delivered", "email", "en")


def examine(liquid: str) -> Report:
    return liquid_doctor.examine(liquid, OURS)


def found(liquid: str) -> list[tuple[str, int]]:
    return [(each.problem, each.line) for each in examine(liquid).findings]


@pytest.mark.parametrize(
    ("liquid", "findings"),
    [
        (SHOPIFYS, [("shopify_only", 8)]),
        (BARE, [("missing", 0)]),
        ("", [("missing", 0)]),
        (LOOSE, [("shopify_only", 1)]),
        (OURS.block, []),
        (f"{OURS.block}\n{OURS.block}", [("doubled", 10)]),
        (f"{SHOPIFYS}\n{OURS.block}", [("shopify_too", 8)]),
        (OURS.block.replace("17track", "18track"), [("outdated", 1)]),
        (f"{OURS.block}\n{{{{ parcel.number }}}}", [("name", 10)]),
        (f"{OURS.block}\n{{{{ fulfillment.trackng_numbers }}}}", [("name", 10)]),
        (f"<a href='{SEVENTEEN}{{{{ number }}}}'>", [("not_encoded", 1)]),
        (f"<a href='{SEVENTEEN}{{{{ number | url_encode }}}}'>", []),
        ("\n{% if fulfillment.tracking_url %}x", [("unclosed", 2)]),
        ("{{ order_name", [("unclosed", 1)]),
        ("{% if a %}{% endfor %}", [("unclosed", 1)]),
        ("a\n{% nonsense %}", [("syntax", 2)]),
        ("x" * 100_001, [("long", 0)]),
        ("{{ x }}" * 3_001, [("long", 0)]),
    ],
)
def test_what_is_missing_or_doubled_is_found(liquid: str, findings: list[tuple[str, int]]) -> None:
    assert found(liquid) == findings


@pytest.mark.parametrize(
    "liquid",
    [
        SHOPIFYS,
        BARE,
        "",
        LOOSE,
        f"{OURS.block}\n{OURS.block}",
        f"{SHOPIFYS}\n{OURS.block}",
        OURS.block.replace("17track", "18track"),
        f"<a href='{SEVENTEEN}{{{{ fulfillment.tracking_numbers.first }}}}'>",
    ],
)
def test_a_mended_template_is_good_and_leads_to_the_merchants_site(liquid: str) -> None:
    mended = examine(liquid).mended
    assert mended
    assert examine(mended) == Report(())
    assert "carrier.example" not in preview(mended, shop(), NUMBERS[:1])
    assert preview(mended, shop(), NUMBERS[:1]).count(f"{SEVENTEEN}{sample.NUMBER}") == 1


def test_a_mended_template_keeps_all_the_rest() -> None:
    mended = examine(SHOPIFYS).mended
    head, tail = SHOPIFYS.split("{% if fulfillment.tracking_numbers.size > 0 %}", 1)
    assert mended.startswith(head)
    assert mended.endswith(tail[tail.index("\n{% for line") :])
    inserted = examine(BARE).mended
    assert inserted == BARE.replace("</p>", f"</p>{OURS.block}")


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_ours_is_found_whatever_the_number_of_carriers(channel: str) -> None:
    carriers = {f"Carrier {n}": f"https://own{n}.test/track?number=" for n in range(200)}
    now = remedy(shop(**carriers), "delivered", channel, "en")
    before = remedy(shop(INSIDE, **carriers), "delivered", channel, "en")
    assert len(now.block) > 20_000
    assert liquid_doctor.examine(f"<p>Hello</p>\n{now.block}\n", now) == Report(())
    report = liquid_doctor.examine(f"<p>Hello</p>\n{before.block}\n", now)
    assert [(each.problem, each.line) for each in report.findings] == [("outdated", 2)]
    assert report.mended == f"<p>Hello</p>\n{now.block}\n"


def test_a_beginning_of_ours_that_lost_its_end_does_not_swallow_the_next() -> None:
    begun = OURS.block.partition("{% if")[0]
    assert examine(begun + OURS.block) == Report(())
    assert examine(begun * 700).findings, "and many of them are no work"


@pytest.mark.parametrize(
    ("of", "channel"), [(shop(), "email"), (shop(INSIDE, ups="https://own.test/"), "sms")]
)
def test_each_line_to_paste_stands_as_deep_as_what_it_is_in(of: Shop, channel: str) -> None:
    around: list[int] = []
    for line in text(of, "shipping_confirmation", channel, "en").splitlines():
        deep, [tag] = len(line) - len(line.lstrip()), re.findall(r"^ *{%-? (\w+)", line) or [""]
        assert line.strip()
        if tag.startswith("end") and tag != "endcomment":
            assert deep == around.pop()
        elif around:
            assert deep > around[-1] or (tag == "else" and deep == around[-1])
        if tag in {"if", "for", "case"} and f"end{tag}" not in line:
            around.append(deep)
    assert not around


@pytest.mark.parametrize("liquid", ["{{" * 50_000, "{%a" * 33_000, "{% if a %}" * 3_000])
def test_what_would_take_the_engine_minutes_never_reaches_it(
    liquid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liquid_doctor, "Environment", None)
    assert found(liquid)[0][0] in {"long", "unclosed"}


def test_a_template_that_runs_for_ever_is_stopped() -> None:
    endless = "{% for n in (1..9999999) %}x{% endfor %}"
    assert preview(endless, shop(), ()) == ""
