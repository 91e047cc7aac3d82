"""Following a run from any process: the database is looked at whenever somebody wrote to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any

from athanor.domain.events import (
    Event,
    LogsAdded,
    ProgressUpdated,
    ResultsAdded,
    RunUpdated,
    standing,
)
from athanor.domain.output import LogLine, ResultSummary
from athanor.domain.run import Run
from athanor.errors import DatabaseAway, InvalidInput
from athanor.store import logs, results, runs
from athanor.store.database import Database

if TYPE_CHECKING:
    from athanor.harness.workbench import Away

LOOK_S = 0.02
REST_S = 0.5
BATCH = 1000
_CURSOR = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")

Place = tuple[int, int]
"""An attempt and an offset in its journal."""
START: Place = (0, 0)
"""Before all that a run says."""

__all__ = ["START", "Event", "Follower", "Place", "cursor", "follow", "parse", "place_of", "ticks"]


def ticks(database: Database, deadline_s: float | None = None) -> Iterator[None]:
    """Yield now, then after each change, and every half second anyway, until the deadline."""
    while True:
        version = database.data_version()
        yield
        rest_until_s = time.monotonic() + REST_S
        while database.data_version() == version and time.monotonic() < rest_until_s:
            if deadline_s is not None and time.monotonic() >= deadline_s:
                return
            time.sleep(LOOK_S)
        if deadline_s is not None and time.monotonic() >= deadline_s:
            return


def follow(
    database: Database,
    run_id: str,
    after: str | None,
    before_look: Callable[[], None],
    away: Away | None = None,
) -> Iterator[Event]:
    """The run as it stands, then what is added; ends when the run has ended and all is told.

    A cursor given as ``after`` says what was told before; without one, everything is.
    ``before_look`` is called before each look at the database. One that is away is waited for, and
    ``away`` is told once that it is.
    """
    follower = Follower(database, run_id, after)
    there = True
    for _ in ticks(database):
        try:
            before_look()
            yield from follower.news()
            there = True
        except DatabaseAway as error:  # the run does not notice; what was told is remembered
            if there and away is not None:
                away(error)
            there = False
            continue
        if follower.ended:
            return


class Follower:
    """Where one follower stands: all that was said up to ``_place`` has been told.

    ``ended`` is true once the run has ended and all is told.
    """

    def __init__(self, database: Database, run_id: str, after: str | None) -> None:
        self._database = database
        self.run_id = run_id
        self._place = parse(after)
        self._line: int | None = None
        self._run: Run | None = None
        self.ended = False

    def news(self) -> Iterator[Event]:
        """What is new since the last call, in the order in which it was said."""
        while True:
            run, said, more = self._look()
            for kind, entries in groupby(said, type):
                yield self._told(kind, list(entries))
            if not more:
                break
        yield from self._changes(run)

    @property
    def place(self) -> Place:
        """All that was said up to here has been told."""
        return self._place

    def some(self) -> list[LogLine | ResultSummary]:
        """Some of what was said next, and nothing else; for those who know the rest themselves."""
        _, said, _ = self._look()
        for kind, entries in groupby(said, type):
            self._told(kind, list(entries))
        return said

    def skip_to(self, place: Place) -> None:
        """What was said up to there was told by somebody else."""
        if place > self._place:
            self._place, self._line = place, None

    def _look(self) -> tuple[Run | None, list[LogLine | ResultSummary], bool]:
        """The run, some of what it said next, and whether there is more."""
        with self._database.read() as c:
            run = runs.get(c, self.run_id)
            if self._line is None:
                attempt, seq = self._place
                self._line = logs.line_at_or_after(c, self.run_id, attempt, seq + 1) - 1
            lines = logs.page(c, self.run_id, after_line=self._line, limit=BATCH)
            added = results.since(c, self.run_id, self._place, limit=BATCH)
        batches: tuple[Sequence[LogLine | ResultSummary], ...] = (lines, added)
        ends = [place_of(batch[-1]) for batch in batches if len(batch) == BATCH]
        said = list(merge(*batches, key=place_of))
        if ends:  # beyond the end of a full batch something may be missing that comes before
            said = [entry for entry in said if place_of(entry) <= min(ends)]
        return run, said, bool(ends)

    def _told(self, kind: type, entries: list[Any]) -> Event:
        self._place = place_of(entries[-1])
        told = cursor(self._place)
        if kind is LogLine:
            self._line = entries[-1].line
            return LogsAdded(run_id=self.run_id, logs=entries, cursor=told)
        return ResultsAdded(run_id=self.run_id, results=entries, cursor=told)

    def _changes(self, run: Run | None) -> Iterator[Event]:
        if run is None:
            self.ended = True  # it was deleted
            return
        before, self._run = self._run, run
        if run.progress is not None and (before is None or before.progress != run.progress):
            yield ProgressUpdated(run_id=self.run_id, progress=run.progress)
        if before is None or standing(before) != standing(run):
            yield RunUpdated(run=run)
        self.ended = run.status.final


def place_of(entry: LogLine | ResultSummary) -> Place:
    """Where it was said."""
    return entry.attempt, entry.seq


def cursor(place: Place) -> str:
    """A place as text."""
    return "{}:{}".format(*place)


def parse(after: str | None) -> Place:
    """The place of a cursor, the begin for none; InvalidInput."""
    if after is None:
        return START
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise InvalidInput(f"Expected a cursor like 1:4096, got {after!r}.")
    return int(found[1]), int(found[2])
