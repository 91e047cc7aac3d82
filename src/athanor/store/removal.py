"""Removing runs a slice at a time, so that nobody waits long for the writer."""

from __future__ import annotations

import time

from sqlalchemy import Connection, delete, func, select, tuple_

from athanor.store.tables import experiment_runs as runs
from athanor.store.tables import run_logs, run_results

_SLICE_ROWS = 200
_SLICE_BYTES = 1 << 20
_DEADLINE_S = 0.006


class Budget:
    """How much one call may still do: rows, and time."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._deadline = time.monotonic() + _DEADLINE_S

    @property
    def spent(self) -> bool:
        """Nothing more in this call."""
        return self._rows <= 0 or time.monotonic() > self._deadline

    def spend(self, rows: int) -> None:
        """So many rows are gone."""
        self._rows -= rows


def remove_run(c: Connection, run_id: str, budget: Budget) -> bool:
    """Remove a run, its output first; False when the budget ended before."""
    for remove in (_remove_logs, _remove_results):
        while removed := remove(c, run_id):
            budget.spend(removed)
            if budget.spent:
                return False
    c.execute(delete(runs).where(runs.c.id == run_id))
    budget.spend(1)
    return True


def _remove_logs(c: Connection, run_id: str) -> int:
    of_run = run_logs.c.run_id == run_id
    first = c.scalar(select(func.min(run_logs.c.line)).where(of_run))
    if first is None:
        return 0
    return c.execute(delete(run_logs).where(of_run, run_logs.c.line < first + _SLICE_ROWS)).rowcount


def _remove_results(c: Connection, run_id: str) -> int:
    of_run = run_results.c.run_id == run_id
    position = (run_results.c.attempt, run_results.c.seq)
    query = select(*position, run_results.c.size).where(of_run).order_by(*position)
    last, size = None, 0
    for row in c.execute(query.limit(_SLICE_ROWS)):
        last, size = (row.attempt, row.seq), size + row.size
        if size > _SLICE_BYTES:
            break
    if last is None:
        return 0
    return c.execute(delete(run_results).where(of_run, tuple_(*position) <= last)).rowcount
