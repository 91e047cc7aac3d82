"""Carrying SQLite's write-ahead log over into the database, beside those who write.

By itself SQLite does that within a commit, every thousand pages: whoever commits waits for the disk
meanwhile. Here a thread of the owner does it with a connection of its own, once a second. It never
catches up with somebody who writes without a pause, and only a log that was carried over whole
begins anew: when the log has grown long, the little that is left is done while nobody writes.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

EVERY_S = 1.0
_PAGE_BYTES = 4096
LOG_BYTES = 64 << 20
LOG_PAGES = LOG_BYTES // _PAGE_BYTES
"""The log's length at which any commit carries it over, as where there is no such thread."""
LONG_PAGES = LOG_PAGES // 4


@contextmanager
def beside(path: Path, turn: AbstractContextManager[object]) -> Iterator[None]:
    """A thread that does it; ``turn`` is what the writers of this process queue on."""
    stop = threading.Event()
    work = threading.Thread(
        target=_keep, args=(path, turn, stop), name="athanor-checkpoints", daemon=True
    )
    work.start()
    try:
        yield
    finally:
        stop.set()
        work.join()


def _keep(path: Path, turn: AbstractContextManager[object], stop: threading.Event) -> None:
    while not stop.wait(EVERY_S):
        # A full disk, a locked or vanished file: whoever writes next tells of it.
        with suppress(sqlite3.Error), closing(_opened(path)) as connection:
            while not stop.wait(EVERY_S):
                carry_over(connection, turn)


def _opened(path: Path) -> sqlite3.Connection:
    # Never makes the file: where it is gone, so is the data directory.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def carry_over(connection: sqlite3.Connection, turn: AbstractContextManager[object]) -> None:
    """Carry over what there is; all of it, so that the log begins anew, when it is long."""
    if _checkpoint(connection) > LONG_PAGES:
        _checkpoint(connection)  # what was written during the first, so that little is left
        with turn:
            _checkpoint(connection)


def _checkpoint(connection: sqlite3.Connection) -> int:
    """Carry over without waiting for anybody; how many pages the log has, carried over or not."""
    _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)
