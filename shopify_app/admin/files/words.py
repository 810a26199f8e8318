"""Files of numbers and statuses, in words: what a column is, what comes of a row, and why not."""

from __future__ import annotations

from shopify_app.admin import formats, words
from shopify_app.admin.language import N_, _
from shopify_app.domain.csv_file import MOST_ROWS

COLUMNS = {
    "order": N_("Order"),
    "number": N_("Tracking number"),
    "carrier": N_("Carrier"),
    "sku": N_("SKU or item"),
    "quantity": N_("Quantity"),
    "status": N_("Status"),
    "reason": N_("Reason"),
}
WHAT = {
    "fulfill": N_("To be fulfilled"),
    "number": N_("Number to be changed"),
    "status": N_("Status to be set"),
    "same": N_("Nothing to do"),
    "bad": N_("Cannot be done"),
}
_UNREADABLE = {
    "empty": N_("Choose a file with a row of headings and at least one row below it."),
    "workbook": N_("This is an Excel workbook. Save it in Excel as CSV UTF-8, then choose that."),
    "not_text": N_("This is no CSV file, or it is damaged."),
    "too_many": N_("At most %(n)s rows at a time: split the file."),
    "too_large": N_("The file is larger than 4 MB: split it."),
}
_WHY = {
    "no_order": N_("The order is empty."),
    "empty": N_("There is no number and no status."),
    "unknown_order": N_("No order has this name."),
    "several_orders": N_("Several orders have this name."),
    "cancelled": N_("The order is cancelled."),
    "fulfilled": N_("The order is fulfilled already, and which parcel is meant is not clear."),
    "nothing_to_ship": N_("Nothing of this order is to be shipped."),
    "no_parcel": N_("The order has no such parcel yet."),
    "several_parcels": N_("The order has several parcels: add the column of the tracking number."),
    "duplicate": N_("This row stands in the file twice."),
    "shortened": N_(
        "The spreadsheet has shortened the number: format its column as text and fill it in anew."
    ),
    **words.NUMBER_FLAWS,
    "bad_quantity": N_("The quantity is no whole number above 0."),
    "unknown_status": N_("No status has this name."),
    "unknown_reason": N_("The status has no such reason."),
    "changed": N_("The parcel was changed meanwhile."),
    "nothing_left": N_(
        "Shopify says that all of the order is fulfilled, on hold, or needs no shipping."
    ),
    "unknown_item": N_("The order has no such item left to fulfill."),
    "too_many_pieces": N_("So many pieces of the item are not left to fulfill."),
    "unreachable": N_("Shopify did not answer. See there whether it was fulfilled."),
    "unforeseen": N_("Something went wrong here. Look at the order before you try again."),
}


def column(name: str) -> str:
    """What a column is."""
    return _(COLUMNS[name])


def what(value: str) -> str:
    """What comes of a row."""
    return _(WHAT[value])


def unreadable(value: str) -> str:
    """Why a file cannot be read."""
    return _(_UNREADABLE[value], n=formats.number(MOST_ROWS))


def why(value: str) -> str:
    """Why a row cannot be done, or what Shopify said."""
    return _(_WHY[value]) if value in _WHY else _("Shopify refused: %(why)s", why=value)
