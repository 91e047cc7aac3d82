"""The floor of what is said at a pace: the caller inserts and commits each line by itself.

No journal, no supervisor, one process; watched by the same eyes as ours.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from athanor.domain.moment import now_us, to_us
from athanor.journal import format as said
from athanor.journal.writer import JournalWriter
from athanor.settings import Settings
from athanor.store.columns import KeyOf
from athanor.store.database import Database
from athanor.store.fold import LOG_COLUMNS
from athanor.store.tables import log_lines
from benchmarks.ingest import claimed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOK_S = 0.002
_SPAWN = multiprocessing.get_context("spawn")


def delays(pace: int, lines: int, url: str = "") -> list[float]:
    """Seconds from each call until its row could be read by somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(project=Path(folder), home=Path(folder), database_url=url)
        database, attempt = claimed(settings.home, url)
        with database.write() as c:
            key = database.flavour.run_key(c, attempt.run_id)
        database.close()
        writer = _SPAWN.Process(target=_insert, args=(settings, key, pace, lines))
        writer.start()
        found = seen(settings, attempt.run_id, lines, writer.is_alive)
        writer.join()
    return found


@contextmanager
def eyes() -> Iterator[Callable[[Settings, str, int], list[float]]]:
    """``seen`` from a process of its own, which takes no time of who supervises in this one."""
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as looking:
        looking.submit(_awake).result()
        yield lambda *asked: looking.submit(seen, *asked).result()


def _awake() -> int:
    """To find it, this file is imported with all that looking needs, before there is anything."""
    return now_us()


def seen(
    settings: Settings, run_id: str, lines: int, writes: Callable[[], bool] = lambda: True
) -> list[float]:
    """Seconds from each call of a run until its row could be read by a connection of our own."""
    database = Database.as_it_is(settings)
    found: list[float] = []
    while len(found) < lines:
        if not writes() and len(found) + len(last := _new(database, run_id, len(found))) < lines:
            raise SystemExit(f"the writer ended after {len(found) + len(last)} of {lines} lines")
        found += _new(database, run_id, len(found))
        time.sleep(LOOK_S)
    database.close()
    return found


def _new(database: Database, run_id: str, known: int) -> list[float]:
    of_run = log_lines.c.run == KeyOf(run_id)
    query = log_lines.select().with_only_columns(log_lines.c.timestamp).where(of_run)
    with database.read() as c:
        stamps = c.scalars(query.where(log_lines.c.line > known).order_by(log_lines.c.line)).all()
    at = now_us()
    return [(at - to_us(stamp)) / 1e6 for stamp in stamps]


def _insert(settings: Settings, key: int | str, pace: int, lines: int) -> None:
    database = Database.as_it_is(settings)
    driver = database.flavour.engine().raw_connection().driver_connection
    mark = "?" if database.flavour.embedded else "%s"
    if not database.flavour.embedded:
        driver.autocommit = True  # SQLite's is already
        driver.execute("SET synchronous_commit = off")
    values = ", ".join([mark] * len(LOG_COLUMNS))
    statement = f"INSERT INTO log_lines ({', '.join(LOG_COLUMNS)}) VALUES ({values})"
    begun = time.perf_counter()
    for number in range(lines):
        due = begun + number / pace
        while (left := due - time.perf_counter()) > 0:
            time.sleep(left)
        at = now_us()
        text = "a message of thirty characters"
        row = (key, number + 1, 1, number * 100, "info", text, f'{{"number":{number}}}', at, at)
        driver.execute(statement, row)


@contextmanager
def a_flood() -> Iterator[None]:
    """Somebody writes a journal as fast as it goes, and nobody stores it."""
    with tempfile.TemporaryDirectory() as folder:
        flood = _SPAWN.Process(target=_flood, args=(Path(folder) / "journal",), daemon=True)
        flood.start()
        try:
            yield
        finally:
            flood.kill()
            flood.join()


def _flood(path: Path) -> None:
    writer = JournalWriter(path)
    metadata = said.raw({"number": 1})
    while True:
        writer.write(said.Log(now_us(), "info", "a message of thirty characters", metadata))
