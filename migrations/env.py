"""Runs the migrations on the address that `shopify_app.database.migrate` was given."""

from alembic import context
from sqlalchemy import Connection, text

from shopify_app.database import make_engine, write_lock
from shopify_app.models import Base


def run() -> None:
    engine = make_engine(context.config.attributes["url"])
    try:
        with write_lock(engine), engine.connect() as connection:
            migrate(connection)
    finally:
        engine.dispose()


def migrate(connection: Connection) -> None:
    kind = connection.dialect.name
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=kind == "sqlite",
        user_module_prefix="base.",
    )
    with context.begin_transaction():
        if kind == "postgresql":  # two machines that start together take turns
            connection.execute(text("SELECT pg_advisory_xact_lock(7238)"))
        context.run_migrations()


run()
