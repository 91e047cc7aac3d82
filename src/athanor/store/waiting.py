"""The queue of a data directory: who waits, in which order, and how many are at work.

A run waits while it is pending, was asked for and nobody has claimed it; whoever claims it notes
its machine on the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, or_, select, tuple_
from sqlalchemy import update as update_table

from athanor.domain.moment import now
from athanor.domain.run import RunStatus
from athanor.errors import RunAlreadyStarted
from athanor.store import instances
from athanor.store.runs import SELECT, from_row, known
from athanor.store.tables import asks_for_gpus
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
    from collections.abc import Collection
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
_CHOSEN = _STARTABLE.where(
    or_(runs.c.gpus_asked == 0, runs.c.id.in_(bindparam("chosen", expanding=True)))
)
_ASKING = (
    select(runs.c.id, runs.c.attempt, runs.c.gpus_asked, runs.c.waits_for)
    .where(*_WAITING, asks_for_gpus, runs.c.cancel_requested_at.is_(None))
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


def startable(
    c: Connection, *, home: str, limit: int, chosen: Collection[str] | None = None
) -> list[tuple[Run, Instance]]:
    """The runs of a data directory that wait to be claimed, in the order of the queue.

    Of those that ask for GPUs only ``chosen``, when it is given.
    """
    here = {"this_home": home, "at_most": limit}
    if chosen is None:
        rows = c.execute(_STARTABLE, here)
    else:
        rows = c.execute(_CHOSEN, here | {"chosen": list(chosen)})
    found = [from_row(row) for row in rows]
    owners = instances.several(c, {run.instance_id for run in found}) if found else {}
    return [(run, owners[run.instance_id]) for run in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A run that waits for ``gpus`` devices, and what it was last said to wait for."""

    run_id: str
    attempt: int
    gpus: int
    waits_for: str | None


def asking_for_gpus(c: Connection, *, home: str, limit: int) -> list[Asking]:
    """The first runs of the queue that ask for GPUs."""
    return [
        Asking(run_id=row.id, attempt=row.attempt, gpus=row.gpus_asked, waits_for=row.waits_for)
        for row in c.execute(_ASKING, {"this_home": home, "at_most": limit})
    ]


def set_waits_for(c: Connection, run_ids: Collection[str], reason: str | None) -> None:
    """Note why runs that nobody has claimed cannot start although it would be their turn."""
    waiting = (runs.c.id.in_(list(run_ids)), _PENDING, _UNCLAIMED)
    c.execute(update_table(runs).where(*waiting).values(waits_for=reason, updated_at=now()))


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
