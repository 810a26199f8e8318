from __future__ import annotations

import logging

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from shopify_app.observe import Discreet


def test_a_traceback_quotes_nothing_of_a_row(postgres_url: str) -> None:
    engine = create_engine(
        postgres_url.replace("postgresql:", "postgresql+psycopg:"), hide_parameters=True
    )
    with pytest.raises(IntegrityError) as raised, engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE t (email text UNIQUE)"))
        for _ in range(2):
            connection.execute(text("INSERT INTO t VALUES (:e)"), {"e": "ann@example.com"})
    engine.dispose()
    broken = (raised.type, raised.value, raised.tb)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "broke", (), broken)
    told = Discreet().format(record)
    assert "UniqueViolation" in told
    assert "ann@example.com" not in told
