"""What is particular to SQLite: how it is opened, how a transaction begins, how rows go in."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event

from athanor.errors import DatabaseUnusable, HomeUnusable
from athanor.store.mounts import network_file_system

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.exc import DBAPIError

BUSY_TIMEOUT_S = 10.0
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)


def prepare(path: Path) -> None:
    """Make the data directory (0700) and an empty file (0600), or say why that cannot be."""
    if not _is_text(path.parent):
        shown = os.fsencode(path.parent).decode("utf-8", "backslashreplace")
        raise _unusable(shown, "its path is not valid UTF-8, so it cannot be stored")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_network(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise _unusable(path.parent, error.strerror or str(error)) from error
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise _unusable(path.parent, "it cannot be written")


def _is_text(path: Path) -> bool:
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _unusable(home: Path | str, reason: str) -> HomeUnusable:
    return HomeUnusable(
        f"The data directory {home} cannot be used: {reason}. "
        "Set ATHANOR_HOME to a directory that can be written."
    )


def _refuse_network(home: Path) -> None:
    kind = network_file_system(home)
    if kind is not None:
        raise HomeUnusable(
            f"The data directory {home} is on a network file system ({kind}), where the embedded "
            "database is not safe. Set ATHANOR_HOME to a directory on a local disk, or "
            "ATHANOR_DATABASE_URL to a PostgreSQL server."
        )


def engine(path: Path) -> Engine:
    """An engine on the file; its transactions begin as the option ``begin`` says."""
    made = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        pool_size=8,
        max_overflow=56,
    )
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    return made


def _on_connect(connection: sqlite3.Connection, record: Any) -> None:
    # The driver would begin transactions by itself, and too late for a consistent read.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(c: Connection) -> None:
    c.exec_driver_sql(c.get_execution_options().get("begin", "BEGIN"))


# Whoever writes takes the lock at once: a read that turns into a write may be refused.
WRITING = {"begin": "BEGIN IMMEDIATE"}


def use_wal(made: Engine) -> None:
    """Switch to the write-ahead log; the file remembers it."""
    with made.connect() as c:
        driver = c.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA journal_mode = WAL")


def watch(path: Path) -> sqlite3.Connection:
    """A connection that only asks whether others have committed."""
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)


def data_version(watcher: sqlite3.Connection) -> int:
    """A number that changes whenever another connection has committed."""
    (version,) = watcher.execute("PRAGMA data_version").fetchone()
    return int(version)


def bulk_insert(c: Connection, table: Table, names: Sequence[str], rows: list[Any]) -> None:
    """Insert tuples of what the database itself stores, in the order of ``names``."""
    if rows:
        marks = ", ".join("?" * len(names))
        c.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608


def explained(error: DBAPIError, path: Path) -> DatabaseUnusable | None:
    """What a user can do about an error of the driver; None for one that is a mistake of ours."""
    name = getattr(error.orig, "sqlite_errorname", "")
    for prefix, advice in _ADVICE.items():
        if name.startswith(prefix):
            return DatabaseUnusable(f"The database {path} {advice} ({error.orig}).")
    return None


_ADVICE = {
    "SQLITE_NOTADB": "is not a database; move the file away, or set ATHANOR_HOME elsewhere",
    "SQLITE_CORRUPT": "is damaged; restore it from a copy, or move it away",
    "SQLITE_BUSY": f"was busy for {BUSY_TIMEOUT_S:g} s; end the program that holds it",
    "SQLITE_FULL": "cannot grow; free some space",
    "SQLITE_IOERR": "cannot be read or written; check the disk",
    "SQLITE_READONLY": "cannot be written; check who owns it",
    "SQLITE_CANTOPEN": "cannot be opened; check who owns it and its directory",
}
