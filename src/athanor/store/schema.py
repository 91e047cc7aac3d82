"""Which revision a database is at, and bringing it to the one this code knows.

Alembic is imported only when there is something to migrate: it costs a tenth of a second.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError, ProgrammingError

from athanor.errors import DatabaseNewer
from athanor.execution import lock

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from athanor.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def revisions() -> tuple[str, ...]:
    """The revisions this code knows, oldest first: the numbers the files begin with."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def head() -> str:
    """The newest revision this code knows."""
    return revisions()[-1]


def current(database: Database) -> str | None:
    """The revision of the database; None for an empty one."""
    with database.read() as c:
        return _revision(c)


def ensure(database: Database) -> None:
    """Migrate where needed; DatabaseNewer, and nothing touched, for a revision not known."""
    if _checked(current(database)) == head():
        return
    with lock.turn(database.path.parent):
        database.use_wal()
        upgrade(database)


def upgrade(database: Database) -> None:
    """Bring the database to ``head()``, in one transaction."""
    with database.write() as c:
        if _checked(_revision(c)) != head():
            _migrate(c)


def _migrate(c: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": c})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def _revision(c: Connection) -> str | None:
    try:
        row = c.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    except (OperationalError, ProgrammingError) as error:
        if "alembic_version" not in str(error.orig):
            raise
        return None
    return None if row is None else str(row[0])


def _checked(revision: str | None) -> str | None:
    if revision is not None and revision not in revisions():
        raise DatabaseNewer(
            f"The database is at revision {revision}, and this Athanor knows {head()} at most: "
            "a newer one made it. Upgrade this one (pip install -U athanor)."
        )
    return revision
