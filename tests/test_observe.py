from __future__ import annotations

import json
import logging
from datetime import datetime

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError

from shopify_app import observe
from shopify_app.observe import Discreet


def test_a_traceback_quotes_nothing_of_a_row(postgres_url: str) -> None:
    url = postgres_url.replace("postgresql:", "postgresql+psycopg:")
    insert = text("INSERT INTO t VALUES (:email)")
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE t (email text UNIQUE)"))
        connection.execute(insert, {"email": "ann@example.com"})
        with pytest.raises(IntegrityError) as raised:
            connection.execute(insert, {"email": "ann@example.com"})
    broken = (raised.type, raised.value, raised.tb)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "broke", (), broken)
    told = Discreet().format(record)
    assert "UniqueViolation" in told
    assert "ann@example.com)" not in told


def record(message: str, *values: object, error: bool = False) -> logging.LogRecord:
    raised = None
    if error:
        try:
            raise ValueError("the disk\nis full")
        except ValueError as broken:
            raised = (type(broken), broken, broken.__traceback__)
    return logging.LogRecord("shop", logging.ERROR, __file__, 1, message, values, raised)


def test_a_line_for_machines_is_one_line_of_json() -> None:
    with observe.about(request="abc12345", shop=7):
        line = observe.formatter("json").format(record("broke %s", "twice\n", error=True))
    assert "\n" not in line
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("time")).utcoffset() is not None
    assert told.pop("error").endswith("ValueError")
    assert told == {
        "level": "ERROR",
        "logger": "shop",
        "message": "broke twice\n",
        "request": "abc12345",
        "shop": "7",
    }


def test_a_line_for_people_says_what_it_is_about_behind_the_message() -> None:
    plain = observe.formatter("text").format(record("broke"))
    assert plain.endswith("ERROR shop: broke")
    with observe.about(job="poll-1"), observe.about(shop=7):
        told = observe.formatter("text").format(record("broke"))
    assert told.endswith("ERROR shop: broke [job=poll-1 shop=7]")


def test_what_it_is_about_ends_with_the_block() -> None:
    with observe.about(job="poll-1"):
        observe.note(shop=7)
        with observe.about(row="outbox-3"):
            assert observe.known() == {"job": "poll-1", "shop": "7", "row": "outbox-3"}
        assert observe.known() == {"job": "poll-1", "shop": "7"}
    assert observe.known() == {}


@pytest.mark.parametrize("given", ["0123456789abcdef", "req_1-a.B" * 4])
def test_a_sane_id_of_a_request_is_kept(given: str) -> None:
    assert observe.request_id(given) == given


@pytest.mark.parametrize(
    "given",
    ["", "short", "a" * 65, "id with spaces", "id\r\nX-Other: 1", "<script>alert(1)", "é" * 9],
)
def test_any_other_gets_a_new_one_each_time(given: str) -> None:
    first, second = observe.request_id(given), observe.request_id(given)
    assert first != second
    assert given != first
    assert observe.request_id(first) == first
