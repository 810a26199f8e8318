"""CSV files as they come from Excel, in Vietnam and elsewhere, and as they are written for it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain import csv_file
from shopify_app.domain.csv_file import Unreadable, decode, guarded, read, unguarded

TEXT = "Đơn hàng;Mã vận đơn\r\n#1042;YT1\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(TEXT.encode(), id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="UTF-16, big end first"),
    ],
)
def test_unicode_is_known_by_itself(raw: bytes) -> None:
    assert decode(raw, "cp1252") == TEXT


def test_what_is_no_unicode_is_read_by_the_old_code_page_of_the_reader() -> None:
    vietnamese = "Tra\u0323ng tha\u0301i".encode("cp1258")  # marks stand after their letters
    assert decode(vietnamese, "cp1258") == "Trạng thái"
    assert decode("Größe".encode("cp1252"), "cp1252") == "Größe"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"PK\x03\x04...", "workbook"),
        (b"\xd0\xcf\x11\xe0...", "workbook"),
        (b"a,b\x00\n1,2\n", "not_text"),
    ],
)
def test_what_is_no_text_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        decode(raw, "cp1252")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_heading(sign: str) -> None:
    table = read(f"Order{sign}Number{sign}Note\r\n#1{sign}YT1{sign}x\r\n")
    assert table.heading == ("Order", "Number", "Note")
    assert table.lines[0].cells == ("#1", "YT1", "x")


def test_the_line_in_which_excel_names_it_is_no_row() -> None:
    table = read("sep=;\r\nOrder;Number\r\n#1;YT1\r\n")
    assert (table.heading, table.lines[0].number) == (("Order", "Number"), 3)


def test_rows_have_the_lines_at_which_one_finds_them() -> None:
    table = read('Order,Note\r\n\r\n#1,"two\nlines"\r\n,\r\n#2,x\r\n')
    assert [(line.number, line.cell(0)) for line in table.lines] == [(3, "#1"), (6, "#2")]
    assert table.lines[0].cell(1) == "two lines"
    assert (table.lines[0].cell(7), table.lines[0].cell(None)) == ("", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "empty"), ("Order,Number\n", "empty"), ("a\n" + "1\n" * 20_001, "too_many")],
)
def test_no_table_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(text)


def test_the_most_rows_are_read() -> None:
    assert len(read("a\n" + "1\n" * 20_000).lines) == csv_file.MOST_ROWS


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_formula_is_written_as_text_and_read_back_as_it_was(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@given(st.lists(st.text(), min_size=2, max_size=5))
def test_no_cell_that_is_written_begins_as_a_formula_does(cells: list[str]) -> None:
    written = csv_file.text_of(["Order", *cells])
    [row] = csv.reader(io.StringIO(written, newline=""))
    assert [unguarded(cell) for cell in row[1:]] == [unguarded(cell) for cell in cells]
    assert not any(cell.startswith(csv_file.FORMULA) for cell in row)
