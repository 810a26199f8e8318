from __future__ import annotations

import logging

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError

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
