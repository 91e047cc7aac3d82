"""Removing runs a slice at a time, so that nobody waits long for the writer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, tuple_

from athanor.store.columns import KeyOf
from athanor.store.tables import experiment_runs as runs
from athanor.store.tables import log_lines, run_results

_SLICE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much one transaction may remove, how many rows one statement, and the rest after it.

    ``rest`` is how many times as long as the transaction took.
    """

    rows: int
    slice_rows: int
    seconds: float
    rest: float


ONE_WRITER = Pace(rows=2000, slice_rows=200, seconds=0.006, rest=4)
"""Where others wait for the writer, by asking ever more rarely: few shall find it taken twice."""
MANY_WRITERS = Pace(rows=10_000, slice_rows=5000, seconds=0.05, rest=2)
"""Where nobody does, but all share the disk that each transaction is written to."""


class Budget:
    """How much one call may still do: rows, and time."""

    def __init__(self, pace: Pace) -> None:
        self._rows = pace.rows
        self.slice_rows = pace.slice_rows
        self._deadline_s = time.monotonic() + pace.seconds

    @property
    def spent(self) -> bool:
        """Nothing more in this call."""
        return self._rows <= 0 or time.monotonic() > self._deadline_s

    def spend(self, rows: int) -> None:
        """So many rows are gone."""
        self._rows -= rows


def remove_run(c: Connection, run_id: str, budget: Budget) -> bool:
    """Remove a run, its output first; False when the budget ended before."""
    # Two who remove one run at once take turns: who finds nothing left must be able to believe it.
    c.execute(select(runs.c.id).where(runs.c.id == run_id).with_for_update())
    for remove in (_remove_logs, _remove_results):
        while removed := remove(c, run_id, budget.slice_rows):
            budget.spend(removed)
            if budget.spent:
                return False
    c.execute(delete(runs).where(runs.c.id == run_id))
    budget.spend(1)
    return True


def _remove_logs(c: Connection, run_id: str, rows: int) -> int:
    of_run = log_lines.c.run == KeyOf(run_id)
    first = c.scalar(select(func.min(log_lines.c.line)).where(of_run))
    if first is None:
        return 0
    return c.execute(delete(log_lines).where(of_run, log_lines.c.line < first + rows)).rowcount


def _remove_results(c: Connection, run_id: str, rows: int) -> int:
    of_run = run_results.c.run_id == run_id
    position = (run_results.c.attempt, run_results.c.seq)
    query = select(*position, run_results.c.size).where(of_run).order_by(*position)
    last, size = None, 0
    for row in c.execute(query.limit(rows)):
        last, size = (row.attempt, row.seq), size + row.size
        if size > _SLICE_BYTES:
            break
    if last is None:
        return 0
    return c.execute(delete(run_results).where(of_run, tuple_(*position) <= last)).rowcount
