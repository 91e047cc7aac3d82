"""Attempts at runs: claiming them, letting them go, finding those under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update
from sqlalchemy import insert as insert_into

from athanor.domain.attempt import Attempt
from athanor.domain.moment import now
from athanor.domain.run import RunStatus
from athanor.domain.verdict import Ending
from athanor.store import instances
from athanor.store import runs as runs_of
from athanor.store.columns import JsonText, Moment
from athanor.store.tables import asks_for_gpus, run_attempts
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
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
_JSON = (run_attempts.c.ending, run_attempts.c.gpus)
SELECT: Query = select(*_PLAIN, *_JSON, *_OF_RUN, runs.c.status).join_from(
    runs, run_attempts, run_attempts.c.run_id == runs.c.id
)
# Built once: putting a statement together costs more than running it.
_THIS = (
    run_attempts.c.run_id == bindparam("this_run"),
    run_attempts.c.attempt == bindparam("this_attempt"),
)
_GET = SELECT.where(*_THIS)
_CLAIM = insert_into(run_attempts)
_DROP = delete(run_attempts).where(*_THIS)
# A claim is the machine noted on a run that nobody has: one statement, so two never both win.
_TAKE = (
    update(runs)
    .where(runs.c.id == bindparam("this_run"), runs.c.attempt == bindparam("this_attempt"))
    .where(runs.c.status == str(RunStatus.PENDING), runs.c.machine_id == "")
    .where(runs.c.cancel_requested_at.is_(None), runs.c.deleting_at.is_(None))
    .values(machine_id=bindparam("machine"), updated_at=bindparam("at", type_=Moment))
    .values(waits_for=None)
)
_NOTE = update(run_attempts).where(*_THIS).values(handle=bindparam("new", type_=JsonText))
_CLAIMED = or_(
    runs.c.status == str(RunStatus.RUNNING),
    and_(runs.c.status == str(RunStatus.PENDING), runs.c.machine_id > ""),
)
_OPEN = SELECT.where(
    runs.c.home == bindparam("this_home"), _CLAIMED, run_attempts.c.attempt == runs.c.attempt
).order_by(runs.c.id)
_STANDING = (
    select(
        runs.c.id,
        runs.c.attempt,
        runs.c.status,
        runs.c.cancel_requested_at,
        runs.c.force_requested_at,
    )
    .join_from(runs, run_attempts, run_attempts.c.run_id == runs.c.id)
    .where(runs.c.home == bindparam("this_home"), _CLAIMED)
    .where(run_attempts.c.attempt == runs.c.attempt)
)
_DEVICES_LOCK = 0x61746861  # any number that nobody else uses
_HELD = (
    select(run_attempts.c.gpus)
    .join_from(runs, run_attempts, run_attempts.c.run_id == runs.c.id)
    .where(runs.c.status.in_([str(status) for status in RunStatus if status.live]))
    .where(asks_for_gpus, runs.c.machine_id == bindparam("machine"))
    .where(run_attempts.c.attempt == runs.c.attempt, run_attempts.c.gpus.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What others may have changed about an attempt under way."""

    run_id: str
    attempt: int
    status: RunStatus
    cancel_requested_at: datetime | None
    force_requested_at: datetime | None


def from_row(row: Record) -> Attempt:
    """An attempt from a row that holds its columns and those of its run."""
    return Attempt(
        **{column.name: getattr(row, column.name) for column in (*_PLAIN, *_OF_RUN)},
        status=RunStatus(row.status),
        ending=msgspec.convert(row.ending, Ending),
        gpus=tuple(row.gpus or ()),
    )


def claim(c: Connection, attempt: Attempt) -> bool:
    """Take a pending run in hand, and the devices it was given.

    False when somebody has it already, it is pending no more, a cancel came first, or one of its
    devices was given to another run meanwhile.
    """
    if attempt.gpus and not _devices_free(c, attempt):
        return False
    this = {"this_run": attempt.run_id, "this_attempt": attempt.attempt}
    if c.execute(_TAKE, this | {"machine": attempt.machine_id, "at": now()}).rowcount == 0:
        return False
    values = {column.name: getattr(attempt, column.name) for column in _PLAIN}
    values |= {"ending": attempt.ending, "gpus": list(attempt.gpus) or None}
    c.execute(_CLAIM, values)
    return True


def _devices_free(c: Connection, attempt: Attempt) -> bool:
    """Asked by one claimant at a time: two may not both see a device free and take it."""
    if c.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        c.execute(select(func.pg_advisory_xact_lock(_DEVICES_LOCK)))
    return held_gpus(c, attempt.machine_id).isdisjoint(attempt.gpus)


def held_gpus(c: Connection, machine_id: str) -> set[str]:
    """The devices of a machine that runs hold, of every data directory in this database."""
    return {device for gpus in c.scalars(_HELD, {"machine": machine_id}) for device in gpus}


def release(c: Connection, run_id: str, attempt: int) -> bool:
    """Let go of a claim that came to nothing; False once the journal was read or the run began.

    A run that was asked to cancel meanwhile is cancelled, since nobody would start it any more.
    """
    runs_of.lock(c, run_id)
    held = get(c, run_id, attempt)
    if held is None or held.journal_offset or held.status is not RunStatus.PENDING:
        return False
    c.execute(_DROP, {"this_run": run_id, "this_attempt": attempt})
    at = now()
    free: dict[str, Any] = {"machine_id": "", "updated_at": at}
    if held.cancel_requested_at is not None:
        free |= {"status": str(RunStatus.CANCELLED), "completed_at": at}
    c.execute(update(runs).where(runs.c.id == run_id).values(**free))
    if "status" in free:
        instances.note_status(c, run_id, RunStatus.CANCELLED)
    return True


def set_handle(c: Connection, run_id: str, attempt: int, handle: dict[str, Any]) -> None:
    """Keep what the executor needs to find the attempt again."""
    c.execute(_NOTE, {"this_run": run_id, "this_attempt": attempt, "new": handle})


def get(c: Connection, run_id: str, attempt: int) -> Attempt | None:
    """One attempt."""
    row = c.execute(_GET, {"this_run": run_id, "this_attempt": attempt}).first()
    return None if row is None else from_row(row)


def standing(c: Connection, *, home: str) -> list[Standing]:
    """How the attempts of ``open_attempts`` stand: asked every second, so without all the rest."""
    return [
        Standing(run_id, attempt, RunStatus(status), cancel, force)
        for run_id, attempt, status, cancel, force in c.execute(_STANDING, {"this_home": home})
    ]


def open_attempts(c: Connection, *, home: str) -> list[Attempt]:
    """The attempts of a data directory whose runs have not ended, oldest first."""
    return [from_row(row) for row in c.execute(_OPEN, {"this_home": home})]
