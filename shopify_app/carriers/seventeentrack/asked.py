"""What a carrier may ask for, as 17TRACK v2.4 calls and writes it.

Source: the API's documentation, "Additional Fields": they are given to `register` or, later, to
`changeinfo`. Of a phone number we send the last four digits alone, which the API takes as well.
"""

from __future__ import annotations

from typing import get_args

from shopify_app.carriers.base import Field, Fields

_NAMES: dict[Field, str] = {
    "postcode": "destination_postal_code",
    "phone": "phone_number_last_4",
    "date": "ship_date",
    "country": "destination_country",
    "city": "destination_city",
    "origin": "origin_country",
    "sender": "shipper",
    "recipient": "consignee",
    "tax_id": "cpf_or_cnpj",
    "extra": "special_tracking_info",
}
_SIGNS = {**_NAMES, "phone": "phone_number"}
"""By what a message that asks for a field is known."""


def written(fields: Fields) -> dict[str, str]:
    """The fields that have a value, in the API's names and forms."""
    return {_NAMES[name]: _written(name, value.strip()) for name, value in fields.items() if value}


def named(message: str) -> tuple[Field, ...]:
    """The fields that a message of the API names."""
    found: list[Field] = [name for name in get_args(Field) if _SIGNS[name] in message]
    return tuple(found)


def _written(name: Field, value: str) -> str:
    match name:
        case "phone":
            return "".join(sign for sign in value if sign.isdecimal())[-4:]
        case "date":
            return value.replace("-", "/")
        case "country" | "origin":
            return value.upper()
        case _:
            return value
