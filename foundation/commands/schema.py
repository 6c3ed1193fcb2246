"""The database's structure and the revision of this program (Alembic, set up in ``pyproject.toml``)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session

from foundation import db, jobs
from foundation.settings import Settings

ROOT = Path(__file__).parents[2]


def alembic_config() -> Config:
    """Alembic's configuration, from the project's own file."""
    return Config(toml_file=ROOT / "pyproject.toml")


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` to a revision of this program, in one transaction."""
    engine = db.make_engine(url)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def revisions(session: Session) -> tuple[str | None, str | None]:
    """The revision the database has and the one this program needs."""
    found = MigrationContext.configure(session.connection()).get_current_revision()
    return found, ScriptDirectory.from_config(alembic_config()).get_current_head()


def prepare(settings: Settings) -> None:
    """Everything a start needs: the tables of this program and, where chosen, the dispatcher's."""
    upgrade(settings.database_url)
    if settings.jobs_backend == "procrastinate":
        jobs.apply_schema(settings.database_url)
    jobs.use(settings)
