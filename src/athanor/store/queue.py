"""The queue of a data directory: who waits, in which order, and how many are at work.

A run waits while it is pending, was asked for and nobody has claimed it; whoever claims it notes
its machine on the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy import update as update_table

from athanor.domain.run import RunStatus
from athanor.errors import RunAlreadyStarted
from athanor.store import instances
from athanor.store.runs import SELECT, from_row, known
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from athanor.domain.instance import Instance
    from athanor.domain.run import Run

_PLACE = (runs.c.queued_at, runs.c.id)
_HOME = runs.c.home == bindparam("this_home")
_PENDING = runs.c.status == str(RunStatus.PENDING)
_UNCLAIMED = runs.c.machine_id == ""
_WAITING = (_PENDING, _HOME, _UNCLAIMED, runs.c.queued_at.is_not(None))

# Built once: putting a statement together costs more than running it.
_STARTABLE = (
    SELECT.where(*_WAITING, runs.c.cancel_requested_at.is_(None))
    .order_by(*_PLACE)
    .limit(bindparam("at_most"))
)
_WAITS = select(runs.c.home, *_PLACE).where(
    runs.c.id == bindparam("this_run"), _PENDING, _UNCLAIMED, runs.c.queued_at.is_not(None)
)
_NOT_LATER = (
    select(func.count())
    .select_from(runs)
    .where(*_WAITING, tuple_(*_PLACE) <= tuple_(bindparam("at"), bindparam("this_run")))
)
# Two counts: each is a range of the queue's index, where an OR would read every pending run.
_WORKING = select(
    select(func.count()).where(runs.c.status == str(RunStatus.RUNNING), _HOME).scalar_subquery()
    + select(func.count()).where(_PENDING, _HOME, runs.c.machine_id > "").scalar_subquery()
)


def enqueue(c: Connection, run_id: str, at: datetime) -> Run:
    """Ask for a prepared run to be started; RunNotFound, or RunAlreadyStarted."""
    run = known(c, run_id)
    asked = c.execute(
        update_table(runs)
        .where(runs.c.id == run_id, runs.c.queued_at.is_(None))
        .where(runs.c.status == str(RunStatus.PENDING))
        .values(queued_at=at, updated_at=at)
    )
    if asked.rowcount == 0:
        raise RunAlreadyStarted(
            f"The run {run_id} was started before (it is {run.status}); start a new run of its "
            "instance instead."
        )
    return known(c, run_id)


def startable(c: Connection, *, home: str, limit: int) -> list[tuple[Run, Instance]]:
    """The runs of a data directory that wait to be claimed, in the order of the queue."""
    rows = c.execute(_STARTABLE, {"this_home": home, "at_most": limit})
    found = [from_row(row) for row in rows]
    owners = instances.several(c, {run.instance_id for run in found}) if found else {}
    return [(run, owners[run.instance_id]) for run in found]


def pending_before(c: Connection, run_id: str) -> int:
    """The place of a run in the queue of its data directory, 1 = next; 0 when it does not wait."""
    row = c.execute(_WAITS, {"this_run": run_id}).first()
    if row is None:
        return 0
    place = {"this_home": row.home, "at": row.queued_at, "this_run": run_id}
    return c.scalar(_NOT_LATER, place) or 0


def live_count(c: Connection, home: str) -> int:
    """How many runs of a data directory work or are claimed."""
    return c.scalar(_WORKING, {"this_home": home}) or 0
