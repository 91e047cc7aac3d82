"""Lists of runs, newest first, and how many there are: each reads ranges of an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, select

from athanor.domain.identifier import first_id_at
from athanor.domain.page import Page
from athanor.domain.run import Run, RunStatus
from athanor.store import instances
from athanor.store.instance_lists import matching
from athanor.store.paging import Uuid, page_of, place
from athanor.store.runs import SELECT, from_row, visible
from athanor.store.tables import experiment_instances
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
    from athanor.store.columns import Query, Record

_Conditions = Sequence[ColumnElement[bool]]
_NEAR = 1000
"""So many runs are looked at for a name before the instances are searched for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which runs: of an instance, an experiment, instances with a text in their name, a time.

    ``since`` is inclusive, ``until`` exclusive; both about the moment when a run was made.
    """

    instance_id: str | None = None
    module: str | None = None
    name_contains: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def of_runs(self) -> list[ColumnElement[bool]]:
        """What the rows of runs say themselves."""
        found = []
        if self.instance_id is not None:
            found.append(runs.c.instance_id == self.instance_id)
        if self.module is not None:
            found.append(runs.c.experiment_module == self.module)
        if self.since is not None:  # the order of ids is that of creation
            found.append(runs.c.id >= first_id_at(self.since))
        if self.until is not None:
            found.append(runs.c.id < first_id_at(self.until))
        return found

    def of_instances(self) -> list[ColumnElement[bool]]:
        """What the rows of instances say."""
        found = matching(self.module, self.name_contains)
        if self.instance_id is not None:
            found.append(experiment_instances.c.id == self.instance_id)
        return found


ALL = Wanted()


def page(
    c: Connection,
    wanted: Wanted = ALL,
    *,
    limit: int,
    after: str | None = None,
    status: RunStatus | Collection[RunStatus] | None = None,
) -> Page[Run]:
    """Runs, newest first; of all that are wanted those of one or several statuses."""
    within = wanted.of_runs()
    if after is not None:
        within.append(runs.c.id < place(after, tuple[Uuid])[0])
    each = _each(status)
    if wanted.name_contains:
        ids = _of_named(c, wanted, within, each, limit + 1)
        rows = _newest(c, SELECT.where(runs.c.id.in_(ids)), [()], limit + 1)
    else:
        rows = _newest(c, SELECT.where(*within), each, limit + 1)
    return page_of(rows, limit, from_row, lambda row: (row.id,))


def _each(status: RunStatus | Collection[RunStatus] | None) -> list[_Conditions]:
    """A query a status: each reads its index in order, where IN would sort all there are."""
    if status is None:
        return [()]
    statuses = {status} if isinstance(status, RunStatus) else set(status)
    return [(runs.c.status == str(one),) for one in sorted(statuses)]


def _newest(c: Connection, query: Query, each: Sequence[_Conditions], limit: int) -> list[Record]:
    query = query.where(visible).order_by(runs.c.id.desc()).limit(limit)
    rows = [row for one in each for row in c.execute(query.where(*one))]
    return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]


# --- of instances with a text in their name ------------------------------------------------------


def _of_named(
    c: Connection,
    wanted: Wanted,
    within: _Conditions,
    each: Sequence[_Conditions],
    limit: int,
) -> list[str]:
    """The ids of the newest runs: found near the newest of all, else from the instances.

    Of each instance its newest run is looked up first. Those of the ``limit`` newest among them
    are the only ones that can have a run on the page, and none is older than the oldest of these.
    """
    found: list[str] = []
    for one in each:
        there = (*within, *one, runs.c.deleting_at.is_(None))
        newest = _among_newest(c, wanted, there, limit)
        found += newest if len(newest) == limit else _by_heads(c, wanted, there, limit)
    return sorted(found, reverse=True)[:limit]


def _among_newest(c: Connection, wanted: Wanted, there: _Conditions, limit: int) -> list[str]:
    """Those among the newest runs of all: enough where a name is common."""
    newest = select(runs.c.id, runs.c.instance_id).where(*there).order_by(runs.c.id.desc())
    near = newest.limit(_NEAR).subquery()
    query = select(near.c.id).join(
        experiment_instances, experiment_instances.c.id == near.c.instance_id
    )
    query = query.where(*wanted.of_instances()).order_by(near.c.id.desc())
    return list(c.scalars(query.limit(limit)))


def _by_heads(c: Connection, wanted: Wanted, there: _Conditions, limit: int) -> list[str]:
    heads = _heads(c, wanted.of_instances(), there, limit)
    floor = [runs.c.id >= heads[-1].head] if len(heads) == limit else []
    of_these = runs.c.instance_id.in_([head.id for head in heads])
    query = select(runs.c.id).where(of_these, *there, *floor)
    # By an expression, so that not all runs are walked in the order of their ids.
    return list(c.scalars(query.order_by(func.lower(runs.c.id).desc()).limit(limit)))


def _heads(
    c: Connection, of_instances: _Conditions, of_runs: _Conditions, limit: int
) -> list[Record]:
    newest = (
        select(runs.c.id)
        .where(runs.c.instance_id == experiment_instances.c.id, *of_runs)
        .order_by(runs.c.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("head")
    )
    each = select(experiment_instances.c.id, newest).where(*of_instances).subquery()
    query = select(each).where(each.c.head.is_not(None)).order_by(each.c.head.desc())
    return list(c.execute(query.limit(limit)))


# --- how many ------------------------------------------------------------------------------------


def counts(c: Connection, wanted: Wanted = ALL) -> dict[RunStatus, int]:
    """How many runs there are of each status, none left out.

    Counted in indexes alone, in which those that are being deleted still stand: they are few, and
    taken off.
    """
    within = wanted.of_runs()
    if wanted.name_contains:
        named = select(experiment_instances.c.id).where(*wanted.of_instances())
        within.append(runs.c.instance_id.in_(named))
    found = _counted(c, within)
    for conditions in _being_deleted(c):
        for status, number in _counted(c, [*within, *conditions]).items():
            found[status] -= number
    return found


def _counted(c: Connection, conditions: _Conditions) -> dict[RunStatus, int]:
    """A query a status: each counts a range of an index, and opens no row."""
    query = select(func.count()).select_from(runs).where(*conditions)
    return {one: c.scalar(query.where(runs.c.status == str(one))) or 0 for one in RunStatus}


def _being_deleted(c: Connection) -> list[_Conditions]:
    """The runs that go with their instances, and those that go alone; often there are neither."""
    going = list(c.scalars(select(experiment_instances.c.id).where(~instances.visible)))
    alone = select(runs.c.id).where(runs.c.deleting_at.is_not(None))
    ids = list(c.scalars(alone.where(runs.c.instance_id.not_in(going))))
    these = [(runs.c.instance_id.in_(going), going), (runs.c.id.in_(ids), ids)]
    return [[condition] for condition, there in these if there]
