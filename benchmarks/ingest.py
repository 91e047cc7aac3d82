"""How fast a journal becomes rows, beside a bare insert of the same rows.

SQLite's floor is the driver's ``executemany``, PostgreSQL's a COPY, of one block of text, into the
same table. Its server is a real one of this machine that waits for its disk.
``BENCH_LINES=1000000`` for the long form.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from athanor.domain.attempt import Attempt
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now, now_us
from athanor.domain.run import Run, RunStatus
from athanor.domain.verdict import Ending
from athanor.journal import format as said
from athanor.journal.reader import Chunk, JournalReader
from athanor.journal.writer import JournalWriter
from athanor.settings import Settings
from athanor.store import attempts, instances, runs
from athanor.store.database import Database
from athanor.store.fold import LOG_COLUMNS, fold
from athanor.store.ingest import ingest
from athanor.store.tables import log_lines
from benchmarks.figure import Figure
from tests.postgresql_server import Server, upgrade

LINES = int(os.environ.get("BENCH_LINES", "300000"))


def figures(lines: int = LINES) -> list[Figure]:
    """A figure a database: lines a second, reading and decoding the journal included."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        journal = _written(root, lines)
        return [_on_sqlite(root, journal, lines), _on_postgresql(root, journal, lines)]


def _on_sqlite(root: Path, journal: Path, lines: int) -> Figure:
    ours, bare = claimed(root / "ours"), claimed(root / "bare")
    ours_s, bare_s = _raced(ours, bare, journal, lines, _by_executemany)
    ratio = bare_s / ours_s
    return Figure(
        f"SQLite: ingest of {lines:,} log lines",
        f"{lines / ours_s:,.0f} lines/s",
        f"executemany {lines / bare_s:,.0f}/s",
        ratio,
        "at least 0.6x",
        ratio >= 0.6,
    )


def _on_postgresql(root: Path, journal: Path, lines: int) -> Figure:
    server = Server(quick=False)
    try:
        ours, floor = (claimed(root / name, server.url(server.new_database())) for name in "ab")
        ours_s, bare_s = _raced(ours, floor, journal, lines, _by_copy)
    finally:
        server.close()
    ratio = bare_s / ours_s
    return Figure(
        f"PostgreSQL: ingest of {lines:,} log lines",
        f"{lines / ours_s:,.0f} lines/s",
        f"bare COPY {lines / bare_s:,.0f}/s",
        ratio,
        "at least 0.6x (80,000 lines/s on two free cores)",
        ratio >= 0.6,
    )


def _written(root: Path, lines: int) -> Path:
    writer = JournalWriter(root / "journal.ndjson")
    metadata = said.raw({"step": 1, "loss": 0.25})
    for start in range(0, lines, 1000):
        block = range(start, min(start + 1000, lines))
        writer.write_many(
            said.Log(now_us(), "info", f"Step {n} of {lines}: loss 0.25", metadata) for n in block
        )
    writer.close()
    return writer.path


_Claimed = tuple[Database, Attempt]
_Rows = list[tuple[Any, ...]]


def _raced(
    ours_of: _Claimed,
    bare_of: _Claimed,
    journal: Path,
    lines: int,
    insert: Callable[[Database, _Rows], float],
) -> tuple[float, float]:
    """Seconds for ours and for the bare insert: in turns, so that a busy machine slows both."""
    (ours, attempt), (bare, other) = ours_of, bare_of
    ours_s = bare_s = 0.0
    last_line = 0
    with bare.write() as c:
        key = bare.flavour.run_key(c, other.run_id)
    with JournalReader(journal) as reader:
        while True:
            start_s = time.perf_counter()
            chunk = reader.read(attempt.journal_offset)
            if chunk.empty:
                break
            done = ingest(ours, attempt, chunk)
            ours_s += time.perf_counter() - start_s
            bare_s += insert(bare, _rows(other, key, chunk, last_line))
            attempt, last_line = done.attempt, done.last_line
    ours.close()
    bare.close()
    if last_line != lines:
        raise SystemExit(f"expected {lines} lines, stored {last_line}")
    return ours_s, bare_s


def _rows(bare: Attempt, key: int | str, chunk: Chunk, last_line: int) -> _Rows:
    return fold(
        chunk.lines,
        run_id=bare.run_id,
        key=key,
        attempt=1,
        last_line=last_line,
        ending=Ending(),
        inserted_at=now(),
    ).logs


def _by_executemany(bare: Database, rows: _Rows) -> float:
    start_s = time.perf_counter()
    with bare.write() as c:
        bare.flavour.bulk_insert(c, log_lines, LOG_COLUMNS, rows)
    return time.perf_counter() - start_s


def _by_copy(bare: Database, rows: _Rows) -> float:
    """The least there is: the text is ready, the server takes it."""
    block = "".join("\t".join(_cell(cell) for cell in row) + "\n" for row in rows).encode()
    statement = f"COPY log_lines ({', '.join(LOG_COLUMNS)}) FROM STDIN"
    start_s = time.perf_counter()
    with bare.write() as c:
        driver: Any = c.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(block)
    return time.perf_counter() - start_s


def _cell(cell: object) -> str:
    return "\\N" if cell is None else str(cell).replace("\\", "\\\\")


def claimed(home: Path, url: str = "") -> _Claimed:
    """A new database with a run whose attempt is claimed."""
    settings = Settings(project=home, home=home, database_url=url)
    if url:
        upgrade(url)
    database = Database.open(settings)
    at = now()
    instance = Instance(
        id=new_id(),
        experiment_module="a:B",
        name="ingest",
        configuration={},
        inserted_at=at,
        updated_at=at,
    )
    run = Run(
        id=new_id(),
        instance_id=instance.id,
        status=RunStatus.PENDING,
        configuration={},
        inserted_at=at,
        updated_at=at,
    )
    attempt = Attempt(
        run_id=run.id,
        attempt=1,
        status=run.status,
        executor="local",
        claimed_at=at,
        home=database.home,
        machine_id="bench",
    )
    with database.write() as c:
        instances.insert(c, instance)
        runs.insert(c, run, project=str(home), home=database.home)
        attempts.claim(c, attempt)
    return database, attempt
