"""From the call in the experiment to the row in the database, at a steady pace."""

from __future__ import annotations

import sqlite3
import time

from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile, spread

LINES = 5000
PER_SECOND = 1000


def figures() -> list[Figure]:
    """Watch the committed rows from a connection of our own while the run logs."""
    seen: list[tuple[int, int]] = []
    with harness("steady", lines=LINES, per_second=PER_SECOND) as (opened, instance):
        database = sqlite3.connect(f"file:{opened.settings.database_path}?mode=ro", uri=True)
        run = opened.start_run(instance.id)
        while len(seen) < LINES:
            seen += _new_rows(database, run.id, len(seen))
            time.sleep(0.0005)
        database.close()
        opened.wait(run.id)
    delays = [(seen_us - said_us) / 1e6 for said_us, seen_us in seen]
    high = percentile(delays, 99)
    return [
        Figure(
            f"call to database, {PER_SECOND} lines/s",
            spread(delays, "ms", 1e3),
            limit="p99 <= 40 ms",
            met=high <= 0.040,
        )
    ]


def _new_rows(database: sqlite3.Connection, run_id: str, known: int) -> list[tuple[int, int]]:
    """``(said, seen)`` in microseconds of the rows beyond the first ``known``."""
    rows = database.execute(
        "SELECT timestamp FROM run_logs WHERE run_id = ? AND line > ? ORDER BY line",
        (run_id, known),
    ).fetchall()
    now_us = time.time_ns() // 1000
    return [(_us(text), now_us) for (text,) in rows]


def _us(text: str) -> int:
    from datetime import datetime

    from athanor.domain.moment import to_us

    return to_us(datetime.fromisoformat(text))
