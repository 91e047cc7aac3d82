"""How fast a journal becomes rows, beside a bare ``executemany`` of the same rows."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

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
from athanor.store.sqlite import bulk_insert
from athanor.store.tables import run_logs
from benchmarks.figure import Figure


def figures(lines: int = 300_000) -> list[Figure]:
    """One figure: lines a second, reading and decoding the journal included."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ours_s, bare_s = _raced(root, _written(root, lines), lines)
    ratio = bare_s / ours_s
    return [
        Figure(
            f"ingest of {lines:,} log lines",
            f"{lines / ours_s:,.0f} lines/s",
            f"executemany {lines / bare_s:,.0f}/s",
            ratio,
            "at least 0.6x",
            ratio >= 0.6,
        )
    ]


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


def _raced(root: Path, journal: Path, lines: int) -> tuple[float, float]:
    """Seconds for ours and for the bare insert: in turns, so that a busy machine slows both."""
    ours, attempt = _claimed(root / "ours")
    bare, _ = _claimed(root / "bare")
    ours_s = bare_s = 0.0
    last_line = 0
    with JournalReader(journal) as reader:
        while True:
            start_s = time.perf_counter()
            chunk = reader.read(attempt.journal_offset)
            if chunk.empty:
                break
            done = ingest(ours, attempt, chunk)
            ours_s += time.perf_counter() - start_s
            rows = _rows(bare, chunk, last_line)
            bare_s += _inserted(bare, rows)
            attempt, last_line = done.attempt, done.last_line
    ours.close()
    bare.close()
    if last_line != lines:
        raise SystemExit(f"expected {lines} lines, stored {last_line}")
    return ours_s, bare_s


def _rows(bare: Database, chunk: Chunk, last_line: int) -> list[tuple[object, ...]]:
    with bare.read() as c:
        bare_id = str(c.exec_driver_sql("SELECT id FROM experiment_runs").scalar_one())
    return fold(
        chunk.lines,
        run_id=bare_id,
        attempt=1,
        last_line=last_line,
        ending=Ending(),
        inserted_at=now(),
    ).logs


def _inserted(bare: Database, rows: list[tuple[object, ...]]) -> float:
    start_s = time.perf_counter()
    with bare.write() as c:
        bulk_insert(c, run_logs, LOG_COLUMNS, rows)
    return time.perf_counter() - start_s


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
        home=database.home,
        machine_id="bench",
    )
    with database.write() as c:
        instances.insert(c, instance)
        runs.insert(c, run, project=str(home), home=database.home)
        attempts.claim(c, attempt)
    return database, attempt
