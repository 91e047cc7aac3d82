"""How fast a journal becomes rows, beside a bare ``executemany`` of the same rows.

Run it as ``python benchmarks/ingest.py [LINES]``; the default is a million.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from athanor.domain.attempt import Attempt
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now, now_us
from athanor.domain.run import Run, RunStatus
from athanor.journal import format as said
from athanor.journal.reader import JournalReader
from athanor.journal.writer import JournalWriter
from athanor.settings import Settings
from athanor.store import attempts, instances, runs
from athanor.store.database import Database
from athanor.store.fold import LOG_COLUMNS, fold
from athanor.store.ingest import ingest
from athanor.store.sqlite import bulk_insert
from athanor.store.tables import run_logs


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        journal = _written(root, lines)
        ours_s = _ingested(root / "ours", journal, lines)
        bare_s = _inserted(root / "bare", journal)
    print(f"bare executemany  {lines / bare_s:12,.0f} rows/s   {bare_s:6.2f} s")
    print(f"ingest            {lines / ours_s:12,.0f} lines/s  {ours_s:6.2f} s")
    print(f"ratio             {bare_s / ours_s:12.2f}   (at least 0.6 is wanted)")


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


def _ingested(home: Path, journal: Path, lines: int) -> float:
    database, attempt = _claimed(home)
    start_s = time.perf_counter()
    with JournalReader(journal) as reader:
        while not (chunk := reader.read(attempt.journal_offset)).empty:
            attempt = ingest(database, attempt, chunk).attempt
    spent_s = time.perf_counter() - start_s
    with database.read() as c:
        run = runs.get(c, attempt.run_id)
    database.close()
    if run is None or run.log_counts.total != lines:
        raise SystemExit(f"expected {lines} lines, stored {run}")
    return spent_s


def _inserted(home: Path, journal: Path) -> float:
    """The same rows, made beforehand a chunk at a time, so that only inserting is counted."""
    database, attempt = _claimed(home)
    spent_s = 0.0
    for rows in _rows(journal, attempt):
        start_s = time.perf_counter()
        with database.write() as c:
            bulk_insert(c, run_logs, LOG_COLUMNS, rows)
        spent_s += time.perf_counter() - start_s
    database.close()
    return spent_s


def _rows(journal: Path, attempt: Attempt) -> Iterator[list[tuple[object, ...]]]:
    offset, last_line = 0, 0
    with JournalReader(journal) as reader:
        while not (chunk := reader.read(offset)).empty:
            folded = fold(
                chunk.lines,
                run_id=attempt.run_id,
                attempt=1,
                last_line=last_line,
                ending=attempt.ending,
                inserted_at=now(),
            )
            yield folded.logs
            offset, last_line = chunk.end, folded.line


def _claimed(home: Path) -> tuple[Database, Attempt]:
    database = Database.open(Settings(project=home, home=home))
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
        home=str(home),
    )
    with database.write() as c:
        instances.insert(c, instance)
        runs.insert(c, run, project=home, home=home)
        attempts.claim(c, attempt)
    return database, attempt


if __name__ == "__main__":
    main()
