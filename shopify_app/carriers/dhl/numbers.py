"""Which tracking numbers may be DHL's, by their format.

Source: DHL's page "Tracking labels". What it says of eCommerce and Freight (any digits, up to five
letters) would fit half of all numbers, and 3S is PostNL's as well: they are left out. A number that
is not recognised can still be followed by a provider that knows every carrier.
"""

from __future__ import annotations

import re

from shopify_app.domain import check_digits

_WITH_LETTERS = re.compile("J(?:J?D|VGL)[0-9]{10,24}|GM[0-9]{11,18}")
_PARCEL_GERMANY = re.compile("0034043[0-9]{13}")
_WAYBILL = re.compile("[0-9]{10}")


def recognised(number: str) -> bool:
    """Whether a normalised number has one of DHL's own formats and, if it has one, check digit."""
    if _WAYBILL.fullmatch(number):
        return check_digits.mod7(number)
    if _PARCEL_GERMANY.fullmatch(number):
        return check_digits.gs1(number)
    return bool(_WITH_LETTERS.fullmatch(number))
