"""The catalog of the other language is whole: every word of ours is in it, and no other."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from shopify_app import i18n

ROOT = Path(__file__).parents[1]
SOURCES = {"shopify_app": ("**.py", "python"), "templates/admin": ("**.html", "jinja2")}
HOLES = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")


@cache
def catalog() -> Catalog:
    with (ROOT / "shopify_app/locale/vi.po").open("rb") as file:
        return read_po(file, locale="vi")


@cache
def ours() -> dict[str, str]:
    """Every text that is marked for translation; its plural with it, else nothing."""
    found: dict[str, str] = {}
    for folder, method in SOURCES.items():
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder,
            method_map=[method],
            options_map={"**.html": {"trimmed": "true"}},
            keywords=DEFAULT_KEYWORDS | {"N_": None},
        ):
            one, many = message if isinstance(message, tuple) else (message, "")
            found[one] = many or found.get(one, "")
    return found


def translated() -> list[Message]:
    return [message for message in catalog() if message.id]


def texts(told: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def test_words_are_found_in_code_and_pages() -> None:
    assert {"Retracked: no change", "Nothing requires attention", "%(n)s day"} <= set(ours())
    assert len(ours()) > 200


def test_every_text_of_ours_is_translated() -> None:
    missing = {
        one: many
        for one, many in ours().items()
        if not (message := catalog().get(one)) or not all(texts(message.string)) or message.fuzzy
    }
    assert missing == {}


def test_a_plural_has_the_forms_that_its_language_has() -> None:
    for one, many in ours().items():
        message = catalog().get(one)
        if message and many:
            assert message.id == (one, many)
            assert len(texts(message.string)) == catalog().num_plurals == 1, one


def test_no_translation_is_left_over() -> None:
    assert {texts(message.id)[0] for message in translated()} - set(ours()) == set()
    assert not catalog().obsolete


def test_a_translation_has_the_holes_that_its_text_has() -> None:
    wrong = {
        texts(m.id)[0]: told
        for m in translated()
        for told in texts(m.string)
        if sorted(HOLES.findall(told)) != sorted(HOLES.findall(texts(m.id)[-1]))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("wishes", "spoken"),
    [
        (["vi"], "vi"),
        (["vi-VN"], "vi"),
        (["vi_VN"], "vi"),
        (["VI"], "vi"),
        (["fr", "vi"], "vi"),
        (["en-AU", "vi"], "en"),
        (["vietnamese"], "en"),
        (["", " "], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_the_first_wish_that_we_speak(wishes: list[str], spoken: str) -> None:
    assert i18n.language(*wishes) == spoken


def test_english_is_as_it_stands_in_the_source() -> None:
    english, vietnamese = i18n.translations("en"), i18n.translations("vi")
    assert english.gettext("Delivered") == "Delivered"
    assert vietnamese.gettext("Delivered") == "Đã giao"
    counted = [
        t.ngettext("%(n)s day", "%(n)s days", n) for t in (english, vietnamese) for n in (1, 2)
    ]
    assert counted == ["%(n)s day", "%(n)s days", "%(n)s ngày", "%(n)s ngày"]


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "America", "a" * 300])
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert i18n.zone(name).key == "UTC"
    assert i18n.zone("Asia/Ho_Chi_Minh").key == "Asia/Ho_Chi_Minh"
