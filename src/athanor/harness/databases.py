"""The database itself: its revision, upgrading it, and copying the embedded one to a server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.domain.home import Home
from athanor.errors import Conflict, InvalidInput, NotFound
from athanor.store import schema, transfer
from athanor.store.database import Database
from athanor.supervision.ownership import Ownership

if TYPE_CHECKING:
    from pathlib import Path

    from athanor.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a database is and its revision, None when it is empty; ``newest`` is this code's."""

    where: str
    revision: str | None
    newest: str

    @property
    def ready(self) -> bool:
        """Whether its tables are those of this version."""
        return self.revision == self.newest

    @property
    def words(self) -> str:
        """The revision as one says it."""
        if self.revision is None:
            return "empty"
        older = "" if self.ready else f" of {self.newest}"
        return f"revision {self.revision}{older}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied where: rows by table."""

    where: str
    rows: dict[str, int]


def current(start: Path | None = None) -> State:
    """What the settings name, as it is; nothing is made."""
    settings = settings_module.load(start)
    path = settings.database_path
    if path is not None and not path.exists():
        return State(where=str(path), revision=None, newest=schema.head())
    database = Database.as_it_is(settings)
    try:
        return state(database)
    finally:
        database.close()


def upgrade(start: Path | None = None) -> tuple[State, State]:
    """Bring what the settings name up to date; how it was and how it is."""
    database = Database.as_it_is(settings_module.load(start))
    try:
        before = state(database)
        if not before.ready:
            schema.upgrade(database)
        return before, state(database)
    finally:
        database.close()


def state(database: Database) -> State:
    """How an open database stands; DatabaseNewer for a revision beyond this code's."""
    return State(
        where=database.flavour.shown,
        revision=schema.checked(schema.current(database)),
        newest=schema.head(),
    )


def copy(to: str | None, told: transfer.Told, start: Path | None = None) -> Copied:
    """Copy the embedded database of a project into an empty one of a server, whole or not at all.

    Conflict while somebody supervises or a run is live, or when the target holds something.
    """
    settings = settings_module.load(start)
    url = to or settings.database_url
    if not url:
        raise InvalidInput(
            "Expected the URL of a PostgreSQL database to copy to, got none. "
            "Set ATHANOR_DATABASE_URL or give --to postgresql://USER@HOST/DATABASE."
        )
    source_settings = replace(settings, database_url="")
    path = source_settings.database_path
    if path is None or not path.exists():
        raise NotFound(f"There is no SQLite database in {settings.home}: nothing to copy.")
    with Ownership(Home(settings.home)) as ownership:
        if not ownership.acquire():
            raise Conflict(
                f"Somebody supervises {settings.home} ({ownership.owner()}). "
                "End that, let its runs end, and copy again."
            )
        return _copied(source_settings, replace(settings, database_url=url), told)


def _copied(source_settings: Settings, target_settings: Settings, told: transfer.Told) -> Copied:
    source = Database.open(source_settings)
    try:
        target = Database.as_it_is(target_settings)
        try:
            if schema.current(target) is None:
                schema.upgrade(target)
            schema.ensure(target)
            rows = transfer.copy(source, target, told)
        finally:
            target.close()
    finally:
        source.close()
    return Copied(where=target.flavour.shown, rows=rows)
