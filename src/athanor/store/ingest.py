"""Ingest: from the journal into the database, exactly once.

The rows and the offset up to which the journal is stored move in one transaction, so whoever
ingests, and however often it dies, each line is stored once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, bindparam, update

from athanor.domain.moment import now
from athanor.domain.run import RunStatus
from athanor.store import attempts, instances, marks, runs, usage
from athanor.store.columns import JsonText, Moment
from athanor.store.fold import LOG_COLUMNS, RESULT_COLUMNS, Fold, fold
from athanor.store.tables import experiment_runs, log_lines, run_attempts, run_results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.sql.dml import Update

    from athanor.domain.attempt import Attempt
    from athanor.journal.reader import Chunk
    from athanor.store.columns import Record
    from athanor.store.database import Database


Heard: TypeAlias = "tuple[Attempt, Chunk]"
"""An attempt, and what it said from where its journal is stored up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What a chunk brought.

    ``moved`` is False when somebody else had stored it: nothing was done then. ``attempt`` is the
    attempt as it now stands. New log lines are those from ``first_line`` to ``last_line``, both
    inclusive, none when ``logs`` is 0; new results lie between the bytes ``start`` and ``end``.
    """

    moved: bool
    attempt: Attempt
    start: int
    end: int
    first_line: int = 0
    last_line: int = 0
    logs: int = 0
    results: int = 0
    status_changed: bool = False
    progress_changed: bool = False
    run_changed: bool = False

    @property
    def run_id(self) -> str:
        """The run that said it."""
        return self.attempt.run_id


def ingest(database: Database, attempt: Attempt, chunk: Chunk) -> Ingested:
    """Store a chunk that begins where the attempt's journal is stored up to."""
    if chunk.empty:
        return replace(_nothing(attempt, chunk), moved=True)
    return ingest_together(database, [(attempt, chunk)])[0]


def ingest_together(database: Database, heard: Sequence[Heard]) -> list[Ingested]:
    """Store a chunk of each of several attempts, all or none of them: one commit for the lot.

    Each moves by its own offset, as if it were alone. In the order of their runs, so that two who
    do this at once never wait for each other in a circle.
    """
    # A server that dies right after may lose rows and offset together: they are read again.
    with database.write(relaxed=True) as c:
        done = {
            place: _ingest(database, c, *heard[place])
            for place in sorted(range(len(heard)), key=lambda place: heard[place][0].run_id)
        }
    return [done[place] for place in range(len(heard))]


def _ingest(database: Database, c: Connection, attempt: Attempt, chunk: Chunk) -> Ingested:
    row = _held(c, attempt)
    if row is None or row.journal_offset != chunk.start:
        return _nothing(attempt, chunk)
    return _store(database, c, attempts.from_row(row), row, chunk)


def _nothing(attempt: Attempt, chunk: Chunk) -> Ingested:
    return Ingested(moved=False, attempt=attempt, start=chunk.start, end=chunk.start)


_OF_RUN = (
    experiment_runs.c.attempt.label("newest_attempt"),
    experiment_runs.c.metadata,
    experiment_runs.c.finishing,
    experiment_runs.c.debug_count,
    experiment_runs.c.info_count,
    experiment_runs.c.warn_count,
    experiment_runs.c.error_count,
)
# Built once: putting a statement together costs more than running it.
_THIS = (
    run_attempts.c.run_id == bindparam("this_run"),
    run_attempts.c.attempt == bindparam("this_attempt"),
)
_HELD = attempts.SELECT.add_columns(*_OF_RUN).where(*_THIS).with_for_update()
_MOVE = (
    update(run_attempts)
    .where(*_THIS)
    .values(journal_offset=bindparam("end"), ending=bindparam("now_known", type_=JsonText))
)
_COUNTED = (
    "debug_count",
    "info_count",
    "warn_count",
    "error_count",
    "result_count",
    "skipped_lines",
)
_COUNT = (
    update(experiment_runs)
    .where(experiment_runs.c.id == bindparam("this_run"))
    .values({name: experiment_runs.c[name] + bindparam(f"more_{name}") for name in _COUNTED})
    .values(updated_at=bindparam("at", type_=Moment))
)


@cache
def _count_and_change(names: tuple[str, ...]) -> Update:
    new = {name: bindparam(f"new_{name}", type_=experiment_runs.c[name].type) for name in names}
    return _COUNT.values(new)


def _held(c: Connection, attempt: Attempt) -> Record | None:
    """The attempt and its run, locked until the end of the transaction."""
    this = {"this_run": attempt.run_id, "this_attempt": attempt.attempt}
    return c.execute(_HELD, this).first()


def _store(
    database: Database, c: Connection, attempt: Attempt, row: Record, chunk: Chunk
) -> Ingested:
    last_line = runs.counts_from(row).total
    folded = fold(
        chunk.lines,
        run_id=attempt.run_id,
        key=database.flavour.run_key(c, attempt.run_id),
        attempt=attempt.attempt,
        last_line=last_line,
        ending=attempt.ending,
        inserted_at=now(),
    )
    database.flavour.bulk_insert(c, log_lines, LOG_COLUMNS, folded.logs)
    marks.note(c, attempt.run_id, runs.counts_from(row), folded.level_counts())
    database.flavour.bulk_insert(c, run_results, RESULT_COLUMNS, folded.results)
    usage.add(database.flavour, c, folded.samples)
    changes = _changes(row, folded)
    _update_run(c, folded, chunk.skipped, changes)
    _move(c, attempt, chunk, folded)
    return Ingested(
        moved=True,
        attempt=replace(
            attempt,
            journal_offset=chunk.end,
            ending=folded.ending,
            status=RunStatus(changes.get("status", attempt.status)),
        ),
        start=chunk.start,
        end=chunk.end,
        first_line=last_line + 1,
        last_line=folded.line,
        logs=len(folded.logs),
        results=len(folded.results),
        status_changed="status" in changes,
        progress_changed="progress" in changes,
        run_changed=bool(changes),
    )


def _changes(row: Record, folded: Fold) -> dict[str, Any]:
    """What the run's row shall say; nothing when a newer attempt speaks for the run."""
    if row.newest_attempt != folded.attempt:
        return {}
    status = RunStatus(row.status)
    changes: dict[str, Any] = {}
    if folded.started_at is not None and status.may_become(RunStatus.RUNNING):
        changes |= {"status": str(RunStatus.RUNNING), "started_at": folded.started_at}
    if folded.ending.decided and status.live and not row.finishing:
        changes["finishing"] = True
    if folded.metadata:
        changes["metadata"] = row.metadata | folded.metadata
    if folded.progress is not None:
        changes["progress"] = folded.progress
    if folded.usage is not None:
        changes["usage"] = folded.usage
    if folded.configuration is not None:
        changes["configuration"] = folded.configuration
    return changes


def _update_run(c: Connection, folded: Fold, skipped: int, changes: dict[str, Any]) -> None:
    more = {f"more_{level}_count": number for level, number in folded.level_counts().items()}
    more |= {
        "more_result_count": len(folded.results),
        "more_skipped_lines": skipped + folded.skipped,
    }
    new = {f"new_{name}": value for name, value in changes.items()}
    this = {"this_run": folded.run_id, "at": now()}
    c.execute(_count_and_change(tuple(changes)), this | more | new)
    if "status" in changes:
        instances.note_status(c, folded.run_id, RunStatus(changes["status"]))


def _move(c: Connection, attempt: Attempt, chunk: Chunk, folded: Fold) -> None:
    this = {"this_run": attempt.run_id, "this_attempt": attempt.attempt}
    c.execute(_MOVE, this | {"end": chunk.end, "now_known": folded.ending})
