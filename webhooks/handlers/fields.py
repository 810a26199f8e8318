"""Fields of a JSON body: what is missing is empty, what is wrong raises BadBody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shopify_app.domain.facts import plain

Body = dict[str, Any]


class BadBody(ValueError):
    """The body is not what Shopify documents for its topic. Names the field, never its value."""


def identity(body: Body, name: str) -> int:
    """A 64-bit id."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise BadBody(f"{name} is not an id")
    return value


def identities(body: Body, name: str) -> list[int]:
    """The ids of a list within the body."""
    value = body.get(name) or []
    if not isinstance(value, list):
        raise BadBody(f"{name} is not a list")
    return [identity({name: item}, name) for item in value]


def text(body: Body, name: str) -> str:
    """A text, empty where there is none."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadBody(f"{name} is not a text")
    return plain(value).strip()


def texts(body: Body, name: str) -> list[str]:
    """The texts of a list within the body, each empty where there is none."""
    value = body.get(name) or []
    if not isinstance(value, list):
        raise BadBody(f"{name} is not a list")
    return [text({name: item}, name) for item in value]


def whole_number(body: Body, name: str) -> int:
    """A whole number, 0 where there is none."""
    value = body.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadBody(f"{name} is not a whole number")
    return value or 0


def row(body: Body, name: str) -> Body:
    """An object within the body, empty where there is none."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise BadBody(f"{name} is not an object")
    return value or {}


def rows(body: Body, name: str) -> list[Body]:
    """The objects of a list within the body."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadBody(f"{name} is not a list of objects")
    return value


def moment(body: Body, name: str) -> datetime:
    """A moment, in UTC."""
    found = optional_moment(body, name)
    if found is None:
        raise BadBody(f"{name} is missing")
    return found


def optional_moment(body: Body, name: str) -> datetime | None:
    """A moment, in UTC, None where there is none."""
    value = text(body, name)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadBody(f"{name} is not a time") from error
