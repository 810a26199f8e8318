"""Reading a page as its reader does: elements by what they are, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = {"br", "hr", "img", "input", "link", "meta", "path", "rect", "use"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its words, as one line."""
        return " ".join(" ".join(self._words()).split())

    def all(self, tag: str = "", **wanted: str | bool) -> list[Element]:
        """The elements below with these attributes, `_` written for `-`.

        True stands for any value; `class_` is one of the classes.
        """
        return [each for each in self._below() if each._is(tag, wanted)]

    def one(self, tag: str = "", **wanted: str | bool) -> Element:
        [found] = self.all(tag, **wanted)
        return found

    def has(self, tag: str = "", **wanted: str | bool) -> bool:
        return bool(self.all(tag, **wanted))

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def _words(self) -> Iterator[str]:
        if self.tag in {"script", "style", "template"}:
            return
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._words()

    def _below(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()

    def _is(self, tag: str, wanted: dict[str, str | bool]) -> bool:
        return tag in {"", self.tag} and all(self._has(*each) for each in wanted.items())

    def _has(self, name: str, value: str | bool) -> bool:
        if name == "class_":
            return value in self.attributes.get("class", "").split()
        given = self.attributes.get(name.replace("_", "-"))
        return (given is not None) is value if isinstance(value, bool) else given == value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(answer: TestResponse, status: int = 200) -> Element:
    """The page of an answer. A page whose tags do not match fails the test."""
    assert answer.status_code == status, answer.text[:2000]
    reader = _Reader()
    reader.feed(answer.text)
    reader.close()
    assert [each.tag for each in reader.open] == ["page"], "something was left open"
    return reader.open[0]
