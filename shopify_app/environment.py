"""Reading one value of the environment, and refusing what it cannot be.

Every setting can be given as `NAME` or as `NAME_FILE`, the path of a file that holds the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path


class BadSetting(Exception):
    """A setting is missing or cannot be used. The message names it and says what to do."""


class Reader:
    """Reads names from a mapping such as `os.environ`; every failure is a BadSetting."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._missing: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value, without the blanks around it."""
        path = self._environ.get(f"{name}_FILE")
        if not path:
            return self._environ.get(name, "").strip() or default
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise BadSetting(f"{name}_FILE: {path} is not a text") from error

    def required(self, name: str, hint: str) -> str:
        """A value that has no default, empty until `refuse_missing`; the hint says what it is."""
        value = self.text(name)
        if not value:
            self._missing.append(f"{name} is not set: {hint}")
        return value

    def refuse_missing(self) -> None:
        """Raises BadSetting that names all that was required and is not set."""
        if self._missing:
            raise BadSetting("; ".join(self._missing))

    def url(self, name: str, default: str, schemes: tuple[str, ...] = ("https", "http")) -> str:
        """An address without a slash at its end, or nothing."""
        value = self.text(name, default).rstrip("/")
        if value and value.split("://")[0] not in schemes:
            raise BadSetting(f"{name} has to start with {' or '.join(f'{s}://' for s in schemes)}")
        return value

    def required_url(self, name: str, hint: str, schemes: tuple[str, ...]) -> str:
        """An address that has no default."""
        self.required(name, hint)
        return self.url(name, "", schemes)

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        """One of these, however it is capitalised; the first if it is not set."""
        value = self.text(name, values[0])
        for known in values:
            if value.lower() == known.lower():
                return known
        raise BadSetting(f"{name} has to be one of {', '.join(values)}, not {value}")

    def number(self, name: str, default: int, least: int = 1) -> int:
        """A whole number of `least` or more."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and int(value) >= least):
            raise BadSetting(f"{name} has to be a whole number of {least} or more, not {value!r}")
        return int(value)

    def address(self, name: str, default: str) -> str:
        """The bare address of `orders@shop.example` or `Shop <orders@shop.example>`."""
        address = parseaddr(self.text(name, default))[1]
        if "@" not in address:
            raise BadSetting(f"{name} has to be an email address")
        return address
