"""Logging: one line an event, with what it is about, and no personal data in it."""

from __future__ import annotations

import json
import logging
import re
import secrets
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None]
OURS = ("shopify_app.", "webhooks.")

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 never changed


class Discreet(logging.Formatter):
    """Tells of an error its name and where it came about, and its words if they are our own: those
    of others (a number that is none, a row that is there twice) quote what may be somebody's.

    A message stays on its line, whatever was put into it.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return "".join(map(_visible, super().formatMessage(record)))

    def formatException(self, raised: _Raised | tuple[None, None, None]) -> str:  # noqa: N802
        return "\n".join(_told(raised[1])) if raised[1] else ""


def _told(error: BaseException) -> Iterator[str]:
    """An error, after the one that led to it. Python's own way would tell its words."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "which led to"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    kind = type(error)
    ours = kind.__module__.startswith(OURS)
    yield f"{kind.__module__}.{kind.__qualname__}" + (f": {error}" if ours else "")


def _visible(sign: str) -> str:
    return sign if sign.isprintable() else ascii(sign)[1:-1]


class Text(Discreet):
    """A line for people: what it is about stands behind the message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        about = " ".join(f"{name}={value}" for name, value in known().items())
        return super().formatMessage(record) + (f" [{about}]" if about else "")


class Json(Discreet):
    """For machines: `time` (UTC), `level`, `logger`, `message`, `error`, and what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **known(),
        }
        if record.exc_info and record.exc_info[0]:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def formatter(how: str) -> Discreet:
    """The formatter of lines as `LOG_FORMAT` names them."""
    return Json() if how == "json" else Text()


def configure(level: str, how: str = "text") -> None:
    """Write the log of this level and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(how))
    logging.raiseExceptions = False  # or what cannot be written is told whole
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # RQ writes each job's call, urllib3 each address: neither helps, both may tell too much.
    for name in ("rq.worker", "rq.queue", "urllib3", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.WARNING)


def known() -> Mapping[str, str]:
    """What the work at hand is about: `request`, `job`, `shop`, as far as it is known."""
    return _about.get()


@contextmanager
def about(**what: object) -> Iterator[None]:
    """Whatever is logged in the block is about this; no name and no address belongs here."""
    before = _about.set({**known(), **{name: str(value) for name, value in what.items()}})
    try:
        yield
    finally:
        _about.reset(before)


def note(**what: object) -> None:
    """The same until the surrounding block ends, for what is known only later."""
    _about.set({**known(), **{name: str(value) for name, value in what.items()}})


def request_id(given: str) -> str:
    """The id of a request: the one that a proxy gave it, if it is sane, else a new one."""
    return given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)
