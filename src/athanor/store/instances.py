"""Instances: storing, listing, finding, changing and deleting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_table

from athanor.domain.instance import Instance, InstanceStats
from athanor.domain.moment import now
from athanor.domain.run import RunStatus
from athanor.errors import InstanceBusy, InstanceNotFound
from athanor.store import removal
from athanor.store.lookup import by_fragment
from athanor.store.tables import experiment_instances as instances
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
    from collections.abc import Collection

    from athanor.store.columns import Query, Record

_COLUMNS = (
    instances.c.id,
    instances.c.experiment_module,
    instances.c.name,
    instances.c.description,
    instances.c.configuration,
    instances.c.inserted_at,
    instances.c.updated_at,
    instances.c.time_limit_s,
    instances.c.gpus,
    instances.c.memory_limit_bytes,
)
_SELECT: Query = select(*_COLUMNS)
_SEVERAL = _SELECT.where(instances.c.id.in_(bindparam("these", expanding=True)))
visible = instances.c.deleting_at.is_(None)
_GET = _SELECT.where(instances.c.id == bindparam("this_instance"), visible)
_LIVE = [status for status in RunStatus if status.live]


def from_row(row: Record) -> Instance:
    """An instance from a row that holds its columns."""
    return Instance(**{column.name: getattr(row, column.name) for column in _COLUMNS})


def insert(c: Connection, instance: Instance) -> None:
    """Store a new instance."""
    c.execute(insert_into(instances), {k.name: getattr(instance, k.name) for k in _COLUMNS})


def update(c: Connection, instance_id: str, **changes: Any) -> Instance:
    """Change fields of an instance; InstanceNotFound when there is none."""
    changed = c.execute(
        update_table(instances)
        .where(instances.c.id == instance_id, visible)
        .values(**changes, updated_at=now())
    )
    instance = get(c, instance_id)
    if changed.rowcount == 0 or instance is None:
        raise InstanceNotFound
    return instance


def get(c: Connection, instance_id: str) -> Instance | None:
    """The instance, unless there is none or it is being deleted."""
    row = c.execute(_GET, {"this_instance": instance_id}).first()
    return None if row is None else from_row(row)


def find(c: Connection, text: str) -> list[Instance]:
    """What ``text`` may mean: an id, else a whole name, else the begin or end of ids."""
    if (whole := get(c, text.lower())) is not None:
        return [whole]
    if named := _where(c, instances.c.name == text):
        return named
    found = [one for part in by_fragment(instances, text) for one in _where(c, part)]
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.id)[:50]


def _where(c: Connection, condition: ColumnElement[bool]) -> list[Instance]:
    query = _SELECT.where(condition, visible).order_by(instances.c.id).limit(50)
    return [from_row(row) for row in c.execute(query)]


# --- how their runs went -------------------------------------------------------------------------

STATS = (instances.c.run_count, instances.c.last_run_at, instances.c.last_run_status)
WITH_STATS: Query = select(*_COLUMNS, *STATS)
_SEVERAL_WITH_STATS = WITH_STATS.where(
    instances.c.id.in_(bindparam("these", expanding=True)), visible
)


def stats_from_row(row: Record) -> InstanceStats:
    """The stats from a row that holds them."""
    status = row.last_run_status
    return InstanceStats(
        run_count=row.run_count,
        last_run_at=row.last_run_at,
        last_run_status=None if status is None else RunStatus(status),
    )


def stats(c: Connection, instance_id: str) -> InstanceStats:
    """What a list would show beside the instance; InstanceNotFound when there is none."""
    row = c.execute(WITH_STATS.where(instances.c.id == instance_id, visible)).first()
    if row is None:
        raise InstanceNotFound
    return stats_from_row(row)


# Only where it is still the last: asked of the instance's own row, since in PostgreSQL a statement
# that had to wait for a lock sees that row as it is now, and all else as it was before.
_STATUS_OF_LAST = (
    update_table(instances)
    .where(instances.c.last_run_id == bindparam("its_run"))
    .where(
        instances.c.id
        == select(runs.c.instance_id).where(runs.c.id == bindparam("its_run")).scalar_subquery()
    )
    .values(last_run_status=bindparam("its_status"))
)


def note_status(c: Connection, run_id: str, status: RunStatus) -> None:
    """Keep the status of an instance's last run; call it wherever a run's status has changed."""
    c.execute(_STATUS_OF_LAST, {"its_run": run_id, "its_status": str(status)})


# --- deleting ------------------------------------------------------------------------------------


def run_ids(c: Connection, instance_id: str) -> list[str]:
    """Every run of the instance, oldest first; also of one that is being deleted."""
    query = select(runs.c.id).where(runs.c.instance_id == instance_id).order_by(runs.c.id)
    return list(c.scalars(query))


def live_runs(c: Connection, instance_id: str) -> list[str]:
    """The runs of the instance that have not ended, oldest first."""
    live = runs.c.status.in_(_LIVE)
    query = select(runs.c.id).where(runs.c.instance_id == instance_id, live)
    return list(c.scalars(query.order_by(runs.c.id)))


def mark_deleting(c: Connection, instance_id: str) -> None:
    """Hide the instance and its runs, to be removed in batches.

    InstanceNotFound when there is none, InstanceBusy while one of its runs is live.
    """
    lock(c, instance_id)  # no run is created while it is decided that none is live
    row = c.execute(select(instances.c.name).where(instances.c.id == instance_id, visible)).first()
    if row is None:
        raise InstanceNotFound
    live = live_runs(c, instance_id)
    if live:
        raise InstanceBusy(
            f"The instance {row.name!r} has a live run ({', '.join(live)}); cancel it first "
            "(athanor cancel RUN) and delete again."
        )
    c.execute(
        update_table(instances).where(instances.c.id == instance_id).values(deleting_at=now())
    )


def lock(c: Connection, instance_id: str) -> None:
    """Keep others from changing an instance or adding runs to it, as ``runs.lock`` does.

    Whoever needs both locks the run first.
    """
    c.execute(select(instances.c.id).where(instances.c.id == instance_id).with_for_update())


def marked(c: Connection, home: str) -> list[str]:
    """The instances that are being deleted, but for those with runs of other data directories.

    Those are finished where the directories of the runs are.
    """
    elsewhere = exists().where(runs.c.instance_id == instances.c.id, runs.c.home != home)
    query = select(instances.c.id).where(instances.c.deleting_at.is_not(None), ~elsewhere)
    return list(c.scalars(query))


def remove_batch(c: Connection, instance_id: str, pace: removal.Pace) -> bool:
    """Remove some rows of a marked instance; True when all of it is gone."""
    going = (instances.c.id == instance_id, instances.c.deleting_at.is_not(None))
    if c.scalar(select(instances.c.id).where(*going)) is None:
        return True
    budget = removal.Budget(pace)
    while not budget.spent:
        run_id = c.scalar(select(runs.c.id).where(runs.c.instance_id == instance_id).limit(1))
        if run_id is None:
            c.execute(delete(instances).where(*going))
            return True
        removal.remove_run(c, run_id, budget)
    return False


def count(c: Connection) -> int:
    """How many instances there are."""
    return c.scalar(select(func.count()).select_from(instances).where(visible)) or 0


def several(c: Connection, instance_ids: Collection[str]) -> dict[str, Instance]:
    """Instances by id; those there are."""
    rows = c.execute(_SEVERAL, {"these": list(instance_ids)})
    return {row.id: from_row(row) for row in rows}


def several_with_stats(
    c: Connection, instance_ids: Collection[str]
) -> dict[str, tuple[Instance, InstanceStats]]:
    """Instances and their stats by id; those there are and that are not being deleted."""
    rows = c.execute(_SEVERAL_WITH_STATS, {"these": list(instance_ids)})
    return {row.id: (from_row(row), stats_from_row(row)) for row in rows}
