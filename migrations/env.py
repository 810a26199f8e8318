"""Runs the migrations on the address that `shopify_app.database.migrate` was given."""

from alembic import context
from sqlalchemy import text

from shopify_app.database import make_engine, write_lock
from shopify_app.models import Base


def run() -> None:
    engine = make_engine(context.config.attributes["url"])
    with write_lock(engine), engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            user_module_prefix="base.",
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":  # two machines that start take turns
                connection.execute(text("SELECT pg_advisory_xact_lock(7238)"))
            context.run_migrations()
    engine.dispose()


run()
