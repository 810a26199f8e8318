"""CSV files: written so that Excel opens them, read as Excel and suppliers write them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from shopify_app.domain.facts import plain

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's old code page."""
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet would run. Source: OWASP, "CSV Injection"."""
DELIMITERS = ",;\t"
MOST_ROWS = 20_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""


class Unreadable(Exception):
    """It is no table: `empty`, `workbook`, `not_text` or `too_many` rows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file, and the number of its first line there."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """What stands in a column, without space around; empty beyond the row's end."""
        if column is None or column >= len(self.cells):
            return ""
        return unguarded(" ".join(self.cells[column].split()))


@dataclass(frozen=True, slots=True)
class Table:
    """A file's heading, and its rows that are not empty."""

    heading: tuple[str, ...]
    lines: tuple[Line, ...]


def text_of(cells: Iterable[str]) -> str:
    """A row as it is written to a file."""
    row = io.StringIO()
    csv.writer(row).writerow([guarded(cell) for cell in cells])
    return row.getvalue()


def guarded(cell: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """The text as it was before it was guarded."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


def decode(raw: bytes, old: str) -> str:
    """The text of a file; `old` is the code page for what is no Unicode. Raises Unreadable."""
    if raw.startswith(_WORKBOOKS):
        raise Unreadable("workbook")
    encoding = "utf-16" if raw.startswith(_UTF16) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode(old, "replace")
    if "\x00" in text:
        raise Unreadable("not_text")
    return plain(unicodedata.normalize("NFC", text))


def read(text: str) -> Table:
    """The table in a text, whichever delimiter it has. Raises Unreadable."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[Line] = []
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not _names_delimiter(begin, cells):
                lines.append(Line(begin, tuple(cells)))
            if len(lines) > MOST_ROWS + 1:
                raise Unreadable("too_many")
            begin = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("not_text") from error
    if len(lines) < 2:
        raise Unreadable("empty")
    return Table(lines[0].cells, tuple(lines[1:]))


def _delimiter(text: str) -> str:
    """The one that the heading has most; Excel may name it in a line of its own, `sep=;`."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _names_delimiter(begin: int, cells: list[str]) -> bool:
    return begin == 1 and cells[0].strip().lower().startswith("sep=")
