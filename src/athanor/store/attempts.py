"""Attempts at runs: claiming them, letting them go, finding those under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, delete, select, update
from sqlalchemy import insert as insert_into

from athanor.domain.attempt import Attempt
from athanor.domain.moment import now
from athanor.domain.run import RunStatus
from athanor.domain.verdict import Ending
from athanor.store.tables import experiment_runs as runs
from athanor.store.tables import run_attempts

if TYPE_CHECKING:
    from pathlib import Path

    from athanor.store.columns import Query, Record

_PLAIN = (
    run_attempts.c.run_id,
    run_attempts.c.attempt,
    run_attempts.c.executor,
    run_attempts.c.handle,
    run_attempts.c.machine_id,
    run_attempts.c.home,
    run_attempts.c.claimed_at,
    run_attempts.c.journal_offset,
)
_OF_RUN = (runs.c.cancel_requested_at, runs.c.force_requested_at)
SELECT: Query = select(*_PLAIN, *_OF_RUN, run_attempts.c.ending, runs.c.status).join_from(
    runs, run_attempts, run_attempts.c.run_id == runs.c.id
)
_LIVE = [str(status) for status in RunStatus if status.live]


def from_row(row: Record) -> Attempt:
    """An attempt from a row that holds its columns and those of its run."""
    return Attempt(
        **{column.name: getattr(row, column.name) for column in (*_PLAIN, *_OF_RUN)},
        status=RunStatus(row.status),
        ending=msgspec.convert(row.ending, Ending),
    )


def claim(c: Connection, attempt: Attempt) -> bool:
    """Take a pending run in hand.

    False when somebody has it already, it is pending no more, or a cancel came first.
    """
    free = (
        select(runs.c.id)
        .where(runs.c.id == attempt.run_id, runs.c.attempt == attempt.attempt)
        .where(runs.c.status == str(RunStatus.PENDING), runs.c.cancel_requested_at.is_(None))
        .where(runs.c.deleting_at.is_(None))
    )
    if c.scalar(free.with_for_update()) is None or get(c, attempt.run_id, attempt.attempt):
        return False
    values = {column.name: getattr(attempt, column.name) for column in _PLAIN}
    c.execute(insert_into(run_attempts), values | {"ending": attempt.ending})
    _set_machine(c, attempt.run_id, attempt.machine_id)
    return True


def release(c: Connection, run_id: str, attempt: int) -> bool:
    """Let go of a claim that came to nothing; False once the journal was read or the run began.

    A run that was asked to cancel meanwhile is cancelled, since nobody would start it any more.
    """
    held = get(c, run_id, attempt)
    if held is None or held.journal_offset or held.status is not RunStatus.PENDING:
        return False
    c.execute(delete(run_attempts).where(*_is(run_id, attempt)))
    _set_machine(c, run_id, "")
    if held.cancel_requested_at is not None:
        at = now()
        gone = {"status": str(RunStatus.CANCELLED), "completed_at": at, "updated_at": at}
        c.execute(update(runs).where(runs.c.id == run_id).values(**gone))
    return True


def set_handle(c: Connection, run_id: str, attempt: int, handle: dict[str, Any]) -> None:
    """Keep what the executor needs to find the attempt again."""
    c.execute(update(run_attempts).where(*_is(run_id, attempt)).values(handle=handle))


def get(c: Connection, run_id: str, attempt: int) -> Attempt | None:
    """One attempt."""
    row = c.execute(SELECT.where(*_is(run_id, attempt))).first()
    return None if row is None else from_row(row)


def open_attempts(c: Connection, *, home: Path | str) -> list[Attempt]:
    """The attempts of a data directory whose runs have not ended, oldest first."""
    query = SELECT.where(
        runs.c.status.in_(_LIVE),
        run_attempts.c.attempt == runs.c.attempt,
        run_attempts.c.home == str(home),
    )
    return [from_row(row) for row in c.execute(query.order_by(runs.c.id))]


def _is(run_id: str, attempt: int) -> tuple[Any, Any]:
    return (run_attempts.c.run_id == run_id, run_attempts.c.attempt == attempt)


def _set_machine(c: Connection, run_id: str, machine_id: str) -> None:
    c.execute(
        update(runs).where(runs.c.id == run_id).values(machine_id=machine_id, updated_at=now())
    )
