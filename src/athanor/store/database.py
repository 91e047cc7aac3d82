"""The database: opening it, reading from it, writing to it."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from athanor.domain.home import Home
from athanor.errors import DatabaseUnusable
from athanor.store import identity, schema, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from athanor.settings import Settings


class Database:
    """An open database; threads may share it, and a forked child gets connections of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.home = ""
        """The id of the data directory it was opened for."""
        self._inherited: list[object] = []
        self._connect()

    @classmethod
    def open(cls, settings: Settings) -> Database:
        """Open what the settings name, made and migrated where needed.

        HomeUnusable, DatabaseUnusable or DatabaseNewer when that cannot be.
        """
        path = settings.database_path
        if path is None:
            raise DatabaseUnusable(
                "ATHANOR_DATABASE_URL is set, but this version keeps its data in SQLite only; "
                "unset it."
            )
        sqlite.prepare(path)
        database = cls(path)
        try:
            schema.ensure(database)
            database.home = identity.identify(Home(settings.home))
            identity.take_over(database)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the data."""
        self._after_fork()
        with self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it, or nothing when the block raises. They do not nest."""
        self._after_fork()
        # Threads queue here: waiting for SQLite's own lock means polling it.
        with self._turn, self._explained(), self._writing.begin() as connection:
            yield connection

    def data_version(self) -> int:
        """A number that changes when somebody has committed, this database included."""
        self._after_fork()
        with self._watching:
            return sqlite.data_version(self._watcher)

    def use_wal(self) -> None:
        """Let readers and the writer work side by side, from now on and for everyone."""
        with self._explained():
            sqlite.use_wal(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        self._watcher.close()

    def _connect(self) -> None:
        self._pid = os.getpid()
        self._turn = threading.RLock()
        self._watching = threading.Lock()
        self._engine = sqlite.engine(self.path)
        self._writing = self._engine.execution_options(**sqlite.WRITING)
        self._watcher = sqlite.watch(self.path)

    def _after_fork(self) -> None:
        if os.getpid() != self._pid:
            # Kept, never used nor closed: closing them here would drop the locks of the parent.
            self._inherited += [self._engine, self._watcher]
            self._connect()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            explanation = sqlite.explained(error, self.path)
            if explanation is None:
                raise
            raise explanation from error
