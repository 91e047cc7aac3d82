"""Runs: storing, listing, finding, queueing, cancelling, ending and deleting them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    bindparam,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_table

from athanor.domain.moment import now
from athanor.domain.run import LogCounts, Progress, Run, RunStatus, sources_of
from athanor.domain.usage import Usage
from athanor.errors import InstanceNotFound, RunBusy, RunNotFound, RunNotRunning
from athanor.store import instances, removal
from athanor.store.columns import Moment
from athanor.store.lookup import by_fragment
from athanor.store.tables import experiment_instances, run_attempts
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.sql.dml import Update

    from athanor.store.columns import Query, Record

_PLAIN = (
    runs.c.id,
    runs.c.instance_id,
    runs.c.configuration,
    runs.c.inserted_at,
    runs.c.updated_at,
    runs.c.queued_at,
    runs.c.started_at,
    runs.c.completed_at,
    runs.c.error,
    runs.c.metadata,
    runs.c.attempt,
    runs.c.result_count,
    runs.c.skipped_lines,
    runs.c.cancel_requested_at,
    runs.c.force_requested_at,
    runs.c.finishing,
    runs.c.gpus_asked,
    runs.c.waits_for,
)
_gpus = (
    select(run_attempts.c.gpus)
    .where(run_attempts.c.run_id == runs.c.id, run_attempts.c.attempt == runs.c.attempt)
    .scalar_subquery()
    .label("gpus")
)
_COLUMNS = (
    *_PLAIN,
    runs.c.status,
    runs.c.progress,
    runs.c.debug_count,
    runs.c.info_count,
    runs.c.warn_count,
    runs.c.error_count,
    runs.c.usage,
    _gpus,
)
SELECT: Query = select(*_COLUMNS)
_LIVE = [status for status in RunStatus if status.live]
visible = runs.c.deleting_at.is_(None) & exists().where(
    experiment_instances.c.id == runs.c.instance_id, instances.visible
)


def from_row(row: Record) -> Run:
    """A run from a row that holds its columns."""
    return Run(
        **{column.name: getattr(row, column.name) for column in _PLAIN},
        status=RunStatus(row.status),
        progress=progress_from(row.progress),
        log_counts=counts_from(row),
        usage=None if row.usage is None else msgspec.convert(row.usage, Usage),
        gpus=tuple(row.gpus or ()),
    )


def counts_from(row: Record) -> LogCounts:
    """The log counts from a row that holds them."""
    return LogCounts(
        debug=row.debug_count, info=row.info_count, warn=row.warn_count, error=row.error_count
    )


def progress_from(value: dict[str, Any] | None) -> Progress | None:
    """Progress from what the column ``progress`` holds."""
    if value is None:
        return None
    updated_at = value.get("updated_at")
    return Progress(
        current=value["current"],
        total=value["total"],
        message=value.get("message"),
        updated_at=None if updated_at is None else datetime.fromisoformat(updated_at),
    )


def _progress_value(progress: Progress | None) -> dict[str, Any] | None:
    if progress is None:
        return None
    at = progress.updated_at
    return {
        "current": progress.current,
        "total": progress.total,
        "message": progress.message,
        "updated_at": None if at is None else at.isoformat(),
    }


def insert(c: Connection, run: Run, *, project: str, home: str) -> None:
    """Store a new run; InstanceNotFound when its instance is gone or going."""
    its = {"its_instance": run.instance_id, "its_run": run.id, "its_status": str(run.status)}
    counted = c.execute(_ONE_MORE, its | {"at": run.inserted_at})
    if counted.rowcount == 0:
        raise InstanceNotFound
    values = {column.name: getattr(run, column.name) for column in _PLAIN}
    values |= {f"{level}_count": getattr(run.log_counts, level) for level in _LEVELS}
    values |= {"status": str(run.status), "progress": _progress_value(run.progress)}
    values |= {"project": project, "home": home, "its_instance": run.instance_id}
    c.execute(_INSERT, values)


_LEVELS = ("debug", "info", "warn", "error")
# Built once: putting a statement together costs more than running it.
_INSERT = insert_into(runs).values(
    experiment_module=select(experiment_instances.c.experiment_module)
    .where(experiment_instances.c.id == bindparam("its_instance"))
    .scalar_subquery()
)
_ONE_MORE = (
    update_table(experiment_instances)
    .where(experiment_instances.c.id == bindparam("its_instance"), instances.visible)
    .values(
        run_count=experiment_instances.c.run_count + 1,
        last_run_at=bindparam("at", type_=Moment),
        last_run_id=bindparam("its_run"),
        last_run_status=bindparam("its_status"),
    )
)
_GET = SELECT.where(runs.c.id == bindparam("this_run"), visible)
_THESE = (runs.c.id.in_(bindparam("these", expanding=True)), visible)
_SEVERAL = SELECT.where(*_THESE)
_STAMPS = select(runs.c.id, runs.c.updated_at).where(*_THESE)


def get(c: Connection, run_id: str) -> Run | None:
    """The run, unless there is none or it is being deleted."""
    row = c.execute(_GET, {"this_run": run_id}).first()
    return None if row is None else from_row(row)


def several(c: Connection, run_ids: Collection[str]) -> dict[str, Run]:
    """Runs by id; those there are and that are not being deleted."""
    return {row.id: from_row(row) for row in c.execute(_SEVERAL, {"these": list(run_ids)})}


def stamps(c: Connection, run_ids: Collection[str]) -> dict[str, datetime]:
    """When each of some runs was last written to, be it by ingest; those there are."""
    rows = c.execute(_STAMPS, {"these": list(run_ids)})
    return {row.id: row.updated_at for row in rows}


def find(c: Connection, text: str) -> list[Run]:
    """What ``text`` may mean: an id, else the begin or end of ids; at most 50."""
    if (whole := get(c, text.lower())) is not None:
        return [whole]
    found = [one for part in by_fragment(runs, text) for one in _where(c, part)]
    unique = {one.id: one for one in found}.values()
    return sorted(unique, key=lambda one: one.id, reverse=True)[:50]


def _where(c: Connection, condition: ColumnElement[bool]) -> list[Run]:
    query = SELECT.where(condition, visible).order_by(runs.c.id.desc()).limit(50)
    return [from_row(row) for row in c.execute(query)]


# --- what is told of many ------------------------------------------------------------------------


def count(c: Connection, status: RunStatus) -> int:
    """How many runs have a status; of the pending ones those whose start was asked for."""
    query = select(func.count()).select_from(runs).where(runs.c.status == str(status), visible)
    if status is RunStatus.PENDING:
        query = query.where(runs.c.queued_at.is_not(None))
    return c.scalar(query) or 0


def progress_of_running(c: Connection, limit: int) -> dict[str, Progress]:
    """The progress of the runs at work, by run; of those that have said some."""
    query = select(runs.c.id, runs.c.progress).where(
        runs.c.status == str(RunStatus.RUNNING), visible
    )
    rows = c.execute(query.order_by(runs.c.id.desc()).limit(limit))
    found = {row.id: progress_from(row.progress) for row in rows}
    return {run_id: progress for run_id, progress in found.items() if progress is not None}


# --- cancelling and ending -----------------------------------------------------------------------


def request_cancel(c: Connection, run_id: str, *, force: bool, at: datetime) -> Run:
    """Ask a run to stop: cancelled at once while nobody has claimed it, else noted on it.

    RunNotFound, or RunNotRunning when it has ended.
    """
    lock(c, run_id)
    query = select(runs.c.status, runs.c.machine_id).where(runs.c.id == run_id, visible)
    row = c.execute(query).first()
    if row is None:
        raise RunNotFound
    status = RunStatus(row.status)
    if status.final:
        raise RunNotRunning(f"Run is not running (current status: {status})")
    if status is RunStatus.PENDING and not row.machine_id:
        _change(c, run_id, at, status=str(RunStatus.CANCELLED), completed_at=at)
        instances.note_status(c, run_id, RunStatus.CANCELLED)
    asked = {"cancel_requested_at": _first(runs.c.cancel_requested_at, at)}
    if force:
        asked["force_requested_at"] = _first(runs.c.force_requested_at, at)
    _change(c, run_id, at, **asked)
    return known(c, run_id)


def lock(c: Connection, run_id: str) -> None:
    """Keep others from changing a run until the end of the transaction.

    By a statement of its own: in PostgreSQL one that had to wait for a lock sees the locked row as
    it is now, but all else, such as its instance, as it was before.
    """
    c.execute(select(runs.c.id).where(runs.c.id == run_id).with_for_update())


def _first(column: Column[datetime], at: datetime) -> ColumnElement[datetime]:
    return func.coalesce(column, literal(at, Moment))


def _change(c: Connection, run_id: str, at: datetime, **values: Any) -> None:
    c.execute(update_table(runs).where(runs.c.id == run_id).values(**values, updated_at=at))


def known(c: Connection, run_id: str) -> Run:
    """The run; RunNotFound when there is none."""
    run = get(c, run_id)
    if run is None:
        raise RunNotFound
    return run


def finish(  # noqa: PLR0917 - what, which attempt, how, why, when
    c: Connection, run_id: str, attempt: int, status: RunStatus, error: str | None, at: datetime
) -> bool:
    """End a run; False when somebody was quicker or a newer attempt is under way."""
    this = {"this_run": run_id, "this_attempt": attempt}
    how = {"this_error": error, "over_at": at, "at": now()}
    if c.execute(_finish(status), this | how).rowcount == 0:
        return False
    instances.note_status(c, run_id, status)
    return True


@cache
def _finish(status: RunStatus) -> Update:
    before = runs.c.status.in_([str(source) for source in sources_of(status)])
    this = runs.c.id == bindparam("this_run"), runs.c.attempt == bindparam("this_attempt")
    return (
        update_table(runs)
        .where(*this, before)
        .values(status=str(status), error=bindparam("this_error"), finishing=False)
        .values(
            completed_at=bindparam("over_at", type_=Moment),
            updated_at=bindparam("at", type_=Moment),
        )
    )


# --- deleting ------------------------------------------------------------------------------------


def mark_deleting(c: Connection, run_id: str) -> None:
    """Hide a run, to be removed in batches; RunNotFound, or RunBusy while it is live."""
    lock(c, run_id)
    query = select(runs.c.status, runs.c.instance_id).where(runs.c.id == run_id, visible)
    row = c.execute(query).first()
    if row is None:
        raise RunNotFound
    if RunStatus(row.status).live:
        raise RunBusy(
            f"The run {run_id} is {row.status}; cancel it first (athanor cancel {run_id}) "
            "and delete again."
        )
    _change(c, run_id, now(), deleting_at=now())
    _recount(c, row.instance_id)


def _recount(c: Connection, instance_id: str) -> None:
    instances.lock(c, instance_id)
    left = (
        select(runs.c.inserted_at, runs.c.id, runs.c.status)
        .where(runs.c.instance_id == instance_id, runs.c.deleting_at.is_(None))
        .order_by(runs.c.id.desc())
    )
    at, run_id, status = c.execute(left.limit(1)).first() or (None, None, None)
    c.execute(
        update_table(experiment_instances)
        .where(experiment_instances.c.id == instance_id)
        .values(run_count=experiment_instances.c.run_count - 1)
        .values(last_run_at=at, last_run_id=run_id, last_run_status=status)
    )


def marked(c: Connection, home: str) -> list[str]:
    """The runs of a data directory that are being deleted alone, not with their instance."""
    query = select(runs.c.id).where(runs.c.deleting_at.is_not(None), runs.c.home == home)
    return list(c.scalars(query))


def remove_batch(c: Connection, run_id: str, pace: removal.Pace) -> bool:
    """Remove some rows of a marked run; True when all of it is gone."""
    is_marked = select(runs.c.id).where(runs.c.id == run_id, runs.c.deleting_at.is_not(None))
    if c.scalar(is_marked) is None:
        return True
    return removal.remove_run(c, run_id, removal.Budget(pace))
