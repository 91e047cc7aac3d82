"""The database: opening it, reading from it, writing to it."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from athanor.domain.home import Home
from athanor.store import directory, identity, schema
from athanor.store.sqlite import Sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from athanor.settings import Settings
    from athanor.store.flavour import Flavour, Watcher


def flavour_of(settings: Settings) -> Flavour:
    """What the settings name; InvalidSetting or MissingExtra when that is nothing we know."""
    path = settings.database_path
    if path is not None:
        return Sqlite(path)
    from athanor.store.postgres import Postgres

    return Postgres(settings.database_url)


class Database:
    """An open database; threads may share it, and a forked child gets connections of its own."""

    def __init__(self, flavour: Flavour) -> None:
        self.flavour = flavour
        self.home = ""
        """The id of the data directory it was opened for."""
        self._inherited: list[object] = []
        self._watcher: Watcher | None = None
        self._connect()

    @classmethod
    def open(cls, settings: Settings) -> Database:
        """Open what the settings name, with its tables as this code knows them.

        HomeUnusable, DatabaseUnusable, DatabaseNewer or DatabaseNotReady when that cannot be.
        """
        directory.make(settings.home)
        database = cls.as_it_is(settings)
        try:
            schema.ensure(database)
            database.home = identity.identify(Home(settings.home))
            if database.flavour.embedded:
                identity.take_over(database)
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def as_it_is(cls, settings: Settings) -> Database:
        """Open what the settings name without looking at its tables."""
        flavour = flavour_of(settings)
        flavour.prepare()
        return cls(flavour)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the data."""
        self._after_fork()
        with self._explained(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, relaxed: bool = False) -> Iterator[Connection]:
        """One transaction: all of it, or nothing when the block raises. They do not nest.

        A ``relaxed`` one does not wait for a server's disk: a server that dies right after may
        lose it, so that it is for what can be had again from the run's own directory.
        """
        self._after_fork()
        with self._turn, self._explained(), self._writing.begin() as connection:
            if relaxed:
                self.flavour.relax(connection)
            yield connection
            self.flavour.announce(connection)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """No thread of this process has the writer of an embedded database meanwhile."""
        self._after_fork()
        with self._turn:
            yield

    def upkeep(self) -> AbstractContextManager[None]:
        """While it is open, what writers would have to wait for is done beside them."""
        return self.flavour.upkeep(self._turn)

    def data_version(self) -> int:
        """A number that changes when somebody has committed, this database included."""
        self._after_fork()
        with self._watching:
            if self._watcher is None:
                self._watcher = self.flavour.watch(self._engine)
            return self._watcher.version()

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Nobody else makes or migrates this database meanwhile."""
        with self._explained(), self.flavour.preparing(self._engine):
            yield

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        if self._watcher is not None:
            self._watcher.close()

    def _connect(self) -> None:
        self._pid = os.getpid()
        self._turn = self.flavour.turn()
        self._watching = threading.Lock()
        self._engine = self.flavour.engine()
        self._reading = self._engine.execution_options(**self.flavour.reading)
        self._writing = self._engine.execution_options(**self.flavour.writing)
        self._watcher = None

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
            explanation = self.flavour.explained(error)
            if explanation is None:
                raise
            raise explanation from error
