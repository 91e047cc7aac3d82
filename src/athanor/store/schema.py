"""Which revision a database is at, and bringing it to the one this code knows.

Alembic is imported only when there is something to migrate: it costs a tenth of a second.
"""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from athanor.errors import DatabaseNewer, DatabaseNotReady

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
    """See that the database is at ``head()``: an embedded one is brought there.

    DatabaseNewer, and nothing touched, for a revision not known; DatabaseNotReady for a server's
    database that is empty or older, since others may be using it.
    """
    revision = checked(current(database))
    if revision == head():
        return
    if not database.flavour.embedded:
        found = "is empty" if revision is None else f"is at revision {revision} of {head()}"
        raise DatabaseNotReady(
            f"The database {database.flavour.shown} {found}. "
            "Run `athanor db upgrade` to bring it up to date."
        )
    upgrade(database)


def upgrade(database: Database) -> None:
    """Bring the database to ``head()``, in one transaction; DatabaseNewer for one beyond."""
    with database.preparing(), database.write() as c:
        if checked(_revision(c)) != head():
            _migrate(c)


def _migrate(c: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": c})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with warnings.catch_warnings():
        # PostgreSQL before 18 stores the computed ids that others compute: the same to a reader.
        warnings.filterwarnings("ignore", message="Computed column .* 'STORED'")
        command.upgrade(config, "head")


def _revision(c: Connection) -> str | None:
    # Asked first: in PostgreSQL a failed statement would spoil the transaction.
    if not c.dialect.has_table(c, "alembic_version"):
        return None
    row = c.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def checked(revision: str | None) -> str | None:
    """The revision; DatabaseNewer for one that this code does not know."""
    if revision is not None and revision not in revisions():
        raise DatabaseNewer(
            f"The database is at revision {revision}, and this Athanor knows {head()} at most: "
            "a newer one made it. Install the newer one here too."
        )
    return revision
