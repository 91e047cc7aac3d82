"""Marks in a run's log: how many lines of each level there are up to a line, every few thousand.

With them the n-th line of some levels is found without counting all that come before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlalchemy import insert as insert_into

from athanor.domain.output import Level
from athanor.store import logs
from athanor.store.tables import log_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from athanor.domain.run import LogCounts

APART = 4096
_INSERT = insert_into(log_marks)


def note(c: Connection, run_id: str, counts: LogCounts, more: Mapping[str, int]) -> None:
    """Leave a mark if some thousand lines have come since the last; ``more`` were just stored."""
    before, added = counts.total, sum(more.values())
    if before // APART == (before + added) // APART:
        return
    totals = {str(level): getattr(counts, level) + more[level] for level in Level}
    c.execute(_INSERT, {"run_id": run_id, "line": before + added, **totals})


def line_of(c: Connection, run_id: str, levels: Collection[Level], row: int) -> int | None:
    """The number of the line that is the ``row``-th of these levels, from 0; None beyond."""
    if set(levels) == set(Level):
        return row + 1  # line numbers have no gaps
    line, passed = _mark_before(c, run_id, levels, row)
    return logs.line_of(c, run_id, levels, after_line=line, skip=row - passed)


def _mark_before(
    c: Connection, run_id: str, levels: Collection[Level], row: int
) -> tuple[int, int]:
    """The last marked line that is not beyond the row, and how many rows come up to it."""
    first, *others = [log_marks.c[str(level)] for level in levels]
    passed = sum(others, first)
    query = (
        select(log_marks.c.line, passed)
        .where(log_marks.c.run_id == run_id, passed <= row)
        .order_by(log_marks.c.line.desc())
        .limit(1)
    )
    found = c.execute(query).first()
    return (0, 0) if found is None else (found[0], found[1])
