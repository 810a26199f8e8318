"""What the columns of a file are: the headings that are known, and rows read by them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shopify_app.domain.csv_file import Line, Table

LONGEST_TEXT = 100

HEADINGS = {
    "order": "order ordername ordernumber orderno orderid name don donhang madonhang sodonhang "
    "madon tendonhang",
    "number": "number trackingnumber trackingno tracking trackingcode trackingid "
    "fulfillmenttrackingnumber waybill awb consignment matheodoi mavandon sovandon vandon "
    "sotheodoi",
    "carrier": "carrier carriername company trackingcompany shippingcarrier courier "
    "fulfillmenttrackingcompany hangvanchuyen donvivanchuyen nhavanchuyen dvvc",
    "sku": "sku lineitemsku variantsku itemsku item masanpham mahang maskus",
    "quantity": "quantity qty pieces lineitemquantity soluong sl",
    "status": "status trackingstatus shipmentstatus deliverystatus trangthai tinhtrang "
    "trangthaitheodoi",
    "reason": "reason statusreason lydo nguyennhan",
}
"""What a column can be, and the headings by which it is known, as `key` has them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file, as the merchant named its columns."""

    line: int
    order: str
    number: str = ""
    carrier: str = ""
    sku: str = ""
    quantity: str = ""
    status: str = ""
    reason: str = ""


def key(text: str) -> str:
    """A text without case, accents and signs, by which headings and words are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(sign for sign in bare if sign.isalnum())


def guess(heading: Sequence[str]) -> dict[str, int]:
    """Which column is what, by the headings that are known; the first of several counts."""
    keys = [key(each) for each in heading]
    found = {}
    for name, known in HEADINGS.items():
        places = (keys.index(each) for each in known.split() if each in keys)
        if (place := min(places, default=None)) is not None:
            found[name] = place
    return found


def rows(table: Table, columns: Mapping[str, int]) -> list[Row]:
    """The rows by the columns that the merchant named."""

    def row(line: Line) -> Row:
        cells = {name: line.cell(columns.get(name))[:LONGEST_TEXT] for name in HEADINGS}
        return Row(line.number, **cells)

    return [row(line) for line in table.lines]
