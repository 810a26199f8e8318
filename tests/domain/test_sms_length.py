"""How many parts a text takes. Figures of 3GPP TS 23.038 and 23.040."""

from __future__ import annotations

import pytest

from shopify_app.domain.sms_length import Length, measure, without_accents


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length(0, 1, 160, accented=False)),
        ("a" * 160, Length(160, 1, 160, accented=False)),
        ("a" * 161, Length(161, 2, 153, accented=False)),
        ("a" * 306, Length(306, 2, 153, accented=False)),
        ("a" * 307, Length(307, 3, 153, accented=False)),
        ("é€", Length(3, 1, 160, accented=False)),
        ("a" * 152 + "€" + "a" * 10, Length(164, 2, 153, accented=False)),
        ("a" * 152 + "€" + "a" * 151 + "b", Length(306, 3, 153, accented=False)),
        ("ơ" * 70, Length(70, 1, 70, accented=True)),
        ("ơ" * 71, Length(71, 2, 67, accented=True)),
        ("😀" * 35, Length(70, 1, 70, accented=True)),
        ("😀" * 36, Length(72, 2, 67, accented=True)),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
def test_a_text_is_counted_as_it_is_paid(text: str, length: Length) -> None:
    assert measure(text) == length


def test_without_accents_vietnamese_fits_into_one_part() -> None:
    text = "Tidewick: đơn #1178 đã lên đường. Theo dõi: https://t.17track.net/en#nums=YT1 Trả lời."
    plain = without_accents(text)
    assert plain == (
        "Tidewick: don #1178 da len duong. Theo doi: https://t.17track.net/en#nums=YT1 Tra loi."
    )
    assert (measure(text).parts, measure(plain).parts) == (2, 1)
    assert without_accents("“Ừ – ok…”") == '"U - ok..."'
