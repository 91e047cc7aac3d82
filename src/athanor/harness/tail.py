"""The newest of a run: what it has said since the last look, or the last of that when it is much.

``Follower`` tells all there is, however long it takes; a ``Tail`` keeps up with any run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import merge
from typing import TYPE_CHECKING

from athanor.domain.output import LogLine, ResultSummary
from athanor.harness.following import START, Place, parse, place_of
from athanor.store import logs, results, runs

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from athanor.domain.run import Run
    from athanor.store.database import Database

Said = LogLine | ResultSummary
_BEYOND = 10**18 - 1
"""A place after all that an attempt says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look found, all of one moment.

    ``said`` is what lies between the places ``start`` and ``end``, in order; ``start`` is beyond
    the ``end`` of the look before when there was too much in between. ``run`` is None once deleted.
    """

    run: Run | None
    start: Place
    end: Place
    said: list[Said] = field(default_factory=list)


class Tail:
    """Where one who looks at a run stands; without a cursor, at its end."""

    def __init__(self, database: Database, run_id: str, after: str | None = None) -> None:
        self._database = database
        self._run_id = run_id
        self._place: Place | None = None if after is None else parse(after)
        self._line = -1
        self._results = -1

    def look(self, at_most: int) -> Look:
        """The run as it stands, and what it said since the last look: ``at_most`` of each kind."""
        with self._database.read() as c:
            run = runs.get(c, self._run_id)
            if run is None:
                place = self._place or START
                return Look(run=None, start=place, end=place)
            start = self._begin(c, run) if self._line < 0 else self._place or START
            said: list[Said] = []
            if run.log_counts.total - self._line > at_most:
                said += logs.page(c, run.id, limit=at_most, newest=True)
                start = _before(said[0])
            elif run.log_counts.total > self._line:
                said += logs.page(c, run.id, after_line=self._line, limit=at_most)
            added: list[Said] = []
            if run.result_count != self._results:
                added += results.since(c, run.id, start, limit=at_most + 1)
            if len(added) > at_most:
                added = [*results.page(c, run.id, limit=at_most, descending=True).items[::-1]]
                start = max(start, _before(added[0]))
                said = [line for line in said if place_of(line) > start]
        return self._found(run, start, list(merge(said, added, key=place_of)))

    def _begin(self, c: Connection, run: Run) -> Place:
        """Find the line of the place, or the place of what was said last."""
        if self._place is None:
            last: list[Said] = [
                *logs.tail(c, run.id, 1),
                *results.page(c, run.id, limit=1, descending=True).items,
            ]
            self._place = max(map(place_of, last), default=START)
            self._line = run.log_counts.total
        else:
            attempt, seq = self._place
            self._line = logs.line_at_or_after(c, run.id, attempt, seq + 1) - 1
        return self._place

    def _found(self, run: Run, start: Place, said: list[Said]) -> Look:
        end = max(start, place_of(said[-1])) if said else start
        self._place, self._line, self._results = end, run.log_counts.total, run.result_count
        return Look(run=run, start=start, end=end, said=said)


def _before(entry: Said) -> Place:
    attempt, seq = place_of(entry)
    return (attempt, seq - 1) if seq else (attempt - 1, _BEYOND)
