from __future__ import annotations

from redis import Redis
from sqlalchemy import create_engine, inspect, text


def test_each_database_comes_migrated(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
        assert len(inspect(connection).get_table_names()) > 1
    engine.dispose()


def test_redis_answers_in_a_database_of_the_workers_own(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.ping()
