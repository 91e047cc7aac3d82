"""Instances: storing, listing, finding, changing and deleting them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_table

from athanor.domain.instance import Instance, InstanceStats
from athanor.domain.moment import now
from athanor.domain.page import Page
from athanor.domain.run import RunStatus
from athanor.errors import InstanceBusy, InstanceNotFound
from athanor.store import removal
from athanor.store.lookup import by_fragment
from athanor.store.paging import Moment, Uuid, page_of, place
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
    row = c.execute(_SELECT.where(instances.c.id == instance_id, visible)).first()
    return None if row is None else from_row(row)


def find(c: Connection, text: str) -> list[Instance]:
    """What ``text`` may mean: an id, else a whole name, else the begin or end of ids."""
    for condition in (instances.c.id == text.lower(), instances.c.name == text):
        found = _where(c, condition)
        if found:
            return found
    fragment = by_fragment(instances.c.id, text)
    return [] if fragment is None else _where(c, fragment)


def _where(c: Connection, condition: ColumnElement[bool]) -> list[Instance]:
    query = _SELECT.where(condition, visible).order_by(instances.c.id).limit(50)
    return [from_row(row) for row in c.execute(query)]


# --- lists ---------------------------------------------------------------------------------------

_last_status = (
    select(runs.c.status)
    .where(runs.c.instance_id == instances.c.id, runs.c.deleting_at.is_(None))
    .order_by(runs.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("last_run_status")
)
_WITH_STATS: Query = select(*_COLUMNS, instances.c.run_count, instances.c.last_run_at, _last_status)
_SEVERAL_WITH_STATS = _WITH_STATS.where(
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
    row = c.execute(_WITH_STATS.where(instances.c.id == instance_id, visible)).first()
    if row is None:
        raise InstanceNotFound
    return stats_from_row(row)


def page(
    c: Connection,
    *,
    limit: int,
    after: str | None = None,
    module: str | None = None,
    name_contains: str | None = None,
) -> Page[tuple[Instance, InstanceStats]]:
    """Instances with their stats: never run first, then the newest run first, ties by name."""
    last = None if after is None else place(after, tuple[Moment | None, str, Uuid])
    wanted = matching(module, name_contains)
    rows: list[Record] = []
    if last is None or last[0] is None:
        rows += _never_run(c, wanted, last, limit + 1)
        last = None
    if len(rows) <= limit:
        rows += _have_run(c, wanted, last, limit + 1 - len(rows))
    return page_of(
        rows,
        limit,
        lambda row: (from_row(row), stats_from_row(row)),
        lambda row: (row.last_run_at, row.name, row.id),
    )


def matching(module: str | None, name_contains: str | None) -> list[ColumnElement[bool]]:
    """The conditions for an instance of a module, and with a text in its name."""
    found: list[ColumnElement[bool]] = [visible]
    if module is not None:
        found.append(instances.c.experiment_module == module)
    if name_contains:
        found.append(instances.c.name.icontains(name_contains, autoescape=True))
    return found


_Place = tuple[datetime | None, str, str] | None


def _never_run(
    c: Connection, wanted: list[ColumnElement[bool]], last: _Place, limit: int
) -> list[Record]:
    query = _WITH_STATS.where(*wanted, instances.c.last_run_at.is_(None))
    if last is not None:
        query = query.where(*_after_name(last))
    order = (instances.c.name, instances.c.id)
    return list(c.execute(query.order_by(*order).limit(limit)))


def _have_run(
    c: Connection, wanted: list[ColumnElement[bool]], last: _Place, limit: int
) -> list[Record]:
    at = instances.c.last_run_at
    query = _WITH_STATS.where(*wanted, at.is_not(None))
    if last is not None:
        query = query.where(at <= last[0], or_(at < last[0], and_(*_after_name(last))))
    order = (at.desc(), instances.c.name, instances.c.id)
    return list(c.execute(query.order_by(*order).limit(limit)))


def _after_name(last: tuple[datetime | None, str, str]) -> tuple[ColumnElement[bool], ...]:
    name, identifier = instances.c.name, instances.c.id
    beyond = or_(name > last[1], and_(name == last[1], identifier > last[2]))
    return (name >= last[1], beyond)


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
