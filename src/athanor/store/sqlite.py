"""What is particular to SQLite: how it is opened, how a transaction begins, how rows go in."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event

from athanor.errors import DatabaseUnusable, HomeUnusable
from athanor.execution import lock
from athanor.store import checkpoints, directory, removal
from athanor.store.mounts import network_file_system

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.exc import DBAPIError

BUSY_TIMEOUT_S = 10.0
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -4000",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA journal_size_limit = {checkpoints.LOG_BYTES}",
    f"PRAGMA wal_autocheckpoint = {checkpoints.LOG_PAGES}",
)


class Sqlite:
    """The embedded database in a file of the data directory."""

    embedded = True
    removing: ClassVar[removal.Pace] = removal.ONE_WRITER
    reading: ClassVar[Mapping[str, Any]] = {}
    # Whoever writes takes the lock at once: a read that turns into a write may be refused.
    writing: ClassVar[Mapping[str, Any]] = {"begin": "BEGIN IMMEDIATE"}

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = str(path)

    def prepare(self) -> None:
        """Make an empty file (0600) in the data directory, or say why that cannot be."""
        directory.make(self.path.parent)
        _refuse_network(self.path.parent)
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise directory.unusable(self.path.parent, error.strerror or str(error)) from error

    def engine(self) -> Engine:
        """An engine on the file; its transactions begin as the option ``begin`` says."""
        made = create_engine(
            URL.create("sqlite", database=str(self.path)),
            connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
            pool_size=8,
            pool_use_lifo=True,  # each connection has a cache: the fewer are used, the better
            max_overflow=56,
        )
        event.listen(made, "connect", _on_connect)
        event.listen(made, "begin", _on_begin)
        return made

    def watch(self, engine: Engine) -> Watcher:
        """A connection of its own: those that write do not see a change by themselves."""
        return Watcher(self.path)

    def turn(self) -> AbstractContextManager[object]:
        """A lock of this process: waiting for SQLite's own lock means polling it."""
        return threading.RLock()

    @contextmanager
    def preparing(self, engine: Engine) -> Iterator[None]:
        """Under a lock on the directory; readers and the writer work side by side from now on."""
        with lock.turn(self.path.parent):
            _use_wal(engine)
            yield

    def upkeep(self, turn: AbstractContextManager[object]) -> AbstractContextManager[None]:
        """A thread that carries the write-ahead log over, see ``checkpoints``."""
        return checkpoints.beside(self.path, turn)

    def announce(self, c: Connection) -> None:
        """Nothing: SQLite counts commits by itself."""

    def relax(self, c: Connection) -> None:
        """Nothing: in WAL mode a commit waits for no disk."""

    def bulk_insert(
        self, c: Connection, table: Table, names: Sequence[str], rows: list[Any]
    ) -> None:
        """Insert by the driver's own ``executemany``."""
        if rows:
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
            c.exec_driver_sql(statement, rows)

    def run_key(self, c: Connection, run_id: str) -> int:
        """The number of the run; the next one, when it has none yet."""
        known = "SELECT number FROM run_numbers WHERE run_id = ?"
        row = c.exec_driver_sql(known, (run_id,)).first()
        if row is None:
            made = c.exec_driver_sql("INSERT INTO run_numbers (run_id) VALUES (?)", (run_id,))
            return int(made.lastrowid)
        return int(row[0])

    def explained(self, error: DBAPIError) -> DatabaseUnusable | None:
        """By the name that SQLite gives the error."""
        name = getattr(error.orig, "sqlite_errorname", "")
        for prefix, advice in _ADVICE.items():
            if name.startswith(prefix):
                return DatabaseUnusable(f"The database {self.shown} {advice} ({error.orig}).")
        return None


class Watcher:
    """Asks SQLite how often others have committed."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)

    def version(self) -> int:
        """A number that changes whenever another connection has committed."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _refuse_network(home: Path) -> None:
    kind = network_file_system(home)
    if kind is not None:
        raise HomeUnusable(
            f"The data directory {home} is on a network file system ({kind}), where the embedded "
            "database is not safe. Set ATHANOR_HOME to a directory on a local disk, or "
            "ATHANOR_DATABASE_URL to a PostgreSQL server."
        )


def _on_connect(connection: sqlite3.Connection, record: Any) -> None:
    # The driver would begin transactions by itself, and too late for a consistent read.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(c: Connection) -> None:
    c.exec_driver_sql(c.get_execution_options().get("begin", "BEGIN"))


def _use_wal(made: Engine) -> None:
    """Switch to the write-ahead log; the file remembers it."""
    with made.connect() as c:
        driver = c.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA journal_mode = WAL")


_ADVICE = {
    "SQLITE_NOTADB": "is not a database; move the file away, or set ATHANOR_HOME elsewhere",
    "SQLITE_CORRUPT": "is damaged; restore it from a copy, or move it away",
    "SQLITE_BUSY": f"was busy for {BUSY_TIMEOUT_S:g} s; end the program that holds it",
    "SQLITE_FULL": "cannot grow; free some space",
    "SQLITE_IOERR": "cannot be read or written; check the disk",
    "SQLITE_READONLY": "cannot be written; check who owns it",
    "SQLITE_CANTOPEN": "cannot be opened; check who owns it and its directory",
}
