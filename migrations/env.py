"""Alembic's environment: the models of every room against the configured database (see pyproject.toml)."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import house
from foundation import db, settings

TARGET = house.ROOMS and SQLModel.metadata  # importing the house has loaded the models of every room


def run(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=TARGET,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=lambda name, kind, _parents: (
            kind != "table" or not str(name).startswith("procrastinate_")
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = db.make_engine(settings.Settings.from_env().database_url)
    with engine.begin() as connection:
        run(connection)
    engine.dispose()
