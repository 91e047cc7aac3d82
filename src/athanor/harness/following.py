"""Following a run from any process: the database is looked at whenever somebody wrote to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from athanor.domain.events import Event, LogsAdded, ProgressUpdated, ResultsAdded, RunUpdated
from athanor.domain.run import Run
from athanor.errors import InvalidInput
from athanor.store import logs, results, runs
from athanor.store.database import Database

LOOK_S = 0.02
REST_S = 0.5
BATCH = 1000

__all__ = ["Event", "follow", "ticks"]


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
    database: Database, run_id: str, after: str | None, before_look: Callable[[], None]
) -> Iterator[Event]:
    """The run as it stands, then what is added; ends when the run has ended and all is told.

    A cursor given as ``after`` says what was told before; without one, everything is.
    ``before_look`` is called before each look at the database.
    """
    follower = _Follower(database, run_id, after)
    for _ in ticks(database):
        before_look()
        yield from follower.news()
        if follower.ended:
            return


class _Follower:
    def __init__(self, database: Database, run_id: str, after: str | None) -> None:
        self._database = database
        self._run_id = run_id
        self._attempt, self._seq = _parse(after)
        self._line: int | None = None
        self._results_after = (self._attempt, self._seq)
        self._run: Run | None = None
        self.ended = False

    def news(self) -> Iterator[Event]:
        """What is new since the last call."""
        while True:
            with self._database.read() as c:
                run = runs.get(c, self._run_id)
                if self._line is None:
                    place = (self._attempt, self._seq + 1)
                    self._line = logs.line_at_or_after(c, self._run_id, *place) - 1
                lines = logs.page(c, self._run_id, after_line=self._line, limit=BATCH)
                added = results.since(c, self._run_id, self._results_after, limit=BATCH)
            if lines:
                self._line = lines[-1].line
                cursor = f"{lines[-1].attempt}:{lines[-1].seq}"
                yield LogsAdded(run_id=self._run_id, logs=lines, cursor=cursor)
            if added:
                self._results_after = (added[-1].attempt, added[-1].seq)
                cursor = f"{added[-1].attempt}:{added[-1].seq}"
                yield ResultsAdded(run_id=self._run_id, results=added, cursor=cursor)
            if len(lines) < BATCH and len(added) < BATCH:
                break
        yield from self._changes(run)

    def _changes(self, run: Run | None) -> Iterator[Event]:
        if run is None:
            self.ended = True  # it was deleted
            return
        before, self._run = self._run, run
        if run.progress is not None and (before is None or before.progress != run.progress):
            yield ProgressUpdated(run_id=self._run_id, progress=run.progress)
        if before is None or _facts(before) != _facts(run):
            yield RunUpdated(run=run)
        self.ended = run.status.final


def _facts(run: Run) -> tuple[object, ...]:
    return (run.status, run.cancel_requested_at, run.force_requested_at, run.finishing, run.error)


def _parse(after: str | None) -> tuple[int, int]:
    if after is None:
        return 0, -1
    attempt, _, seq = after.partition(":")
    try:
        return int(attempt), int(seq)
    except ValueError:
        raise InvalidInput(f"Expected a cursor like 1:4096, got {after!r}.") from None
