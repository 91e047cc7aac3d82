"""Lists of instances: by when they last ran, by name or by age; each order is that of an index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, or_

from athanor.domain.instance import Instance, InstanceStats
from athanor.domain.page import Page
from athanor.domain.run import RunStatus
from athanor.store.instances import WITH_STATS, from_row, stats_from_row, visible
from athanor.store.paging import Moment, Uuid, beyond, page_of, place
from athanor.store.tables import experiment_instances as instances

if TYPE_CHECKING:
    from athanor.store.columns import Query, Record

Listed = tuple[Instance, InstanceStats]


class Sort(StrEnum):
    """What a list of instances is sorted by; ties by name, then by id."""

    LAST_RUN = "last_run"
    NAME = "name"
    CREATED = "created"


def page(
    c: Connection,
    *,
    limit: int,
    after: str | None = None,
    module: str | None = None,
    name_contains: str | None = None,
    status: Collection[RunStatus] = (),
    sort: Sort = Sort.LAST_RUN,
) -> Page[Listed]:
    """Instances with their stats.

    By last run: never run first, then the newest run first. By name: from A on. By age: the
    newest first. ``status`` is that of the last run.
    """
    order = _ORDERS[sort]
    last = None if after is None else place(after, order.kind)
    wanted = matching(module, name_contains)
    rows = order.rows(c, wanted, _each(status), last, limit + 1)
    return page_of(
        rows,
        limit,
        lambda row: (from_row(row), stats_from_row(row)),
        lambda row: tuple(getattr(row, name) for name in order.names),
    )


def matching(module: str | None, name_contains: str | None) -> list[ColumnElement[bool]]:
    """The conditions for an instance of a module, and with a text in its name."""
    found: list[ColumnElement[bool]] = [visible]
    if module is not None:
        found.append(instances.c.experiment_module == module)
    if name_contains:
        found.append(instances.c.name.icontains(name_contains, autoescape=True))
    return found


_Conditions = Sequence[ColumnElement[bool]]


def _each(status: Collection[RunStatus]) -> list[_Conditions]:
    """A query a status: each reads its index in order, where IN would sort all there are."""
    return [(instances.c.last_run_status == str(one),) for one in sorted(set(status))] or [()]


def _read(
    c: Connection,
    query: Query,
    each: Sequence[_Conditions],
    order: Sequence[ColumnElement[Any]],
    limit: int,
) -> list[Record]:
    query = query.order_by(*order).limit(limit)
    return [row for one in each for row in c.execute(query.where(*one))]


def _by_last_run(
    c: Connection, wanted: _Conditions, each: Sequence[_Conditions], last: Any, limit: int
) -> list[Record]:
    rows: list[Record] = []
    if each == [()] and (last is None or last[0] is None):
        rows = _never_run(c, wanted, last, limit)
        last = None
    if len(rows) < limit:
        rows += _have_run(c, wanted, each, last, limit - len(rows))
    return rows


def _never_run(c: Connection, wanted: _Conditions, last: Any, limit: int) -> list[Record]:
    query = WITH_STATS.where(*wanted, instances.c.last_run_at.is_(None))
    if last is not None:
        query = query.where(*_after_name(last))
    return _read(c, query, [()], (instances.c.name, instances.c.id), limit)


def _have_run(
    c: Connection, wanted: _Conditions, each: Sequence[_Conditions], last: Any, limit: int
) -> list[Record]:
    at = instances.c.last_run_at
    query = WITH_STATS.where(*wanted, at.is_not(None))
    if last is not None:
        query = query.where(at <= last[0], or_(at < last[0], and_(*_after_name(last))))
    rows = _read(c, query, each, (at.desc(), instances.c.name, instances.c.id), limit)
    rows.sort(key=lambda row: (row.name, row.id))
    return sorted(rows, key=lambda row: row.last_run_at, reverse=True)[:limit]


def _after_name(last: tuple[datetime | None, str, str]) -> _Conditions:
    name, identifier = instances.c.name, instances.c.id
    further = or_(name > last[1], and_(name == last[1], identifier > last[2]))
    return (name >= last[1], further)


def _by_name(
    c: Connection, wanted: _Conditions, each: Sequence[_Conditions], last: Any, limit: int
) -> list[Record]:
    columns = (instances.c.name, instances.c.id)
    query = WITH_STATS.where(*wanted)
    if last is not None:
        query = query.where(beyond(columns, last, descending=False))
    rows = _read(c, query, each, columns, limit)
    return sorted(rows, key=lambda row: (row.name, row.id))[:limit]


def _by_age(
    c: Connection, wanted: _Conditions, each: Sequence[_Conditions], last: Any, limit: int
) -> list[Record]:
    query = WITH_STATS.where(*wanted)
    if last is not None:
        query = query.where(instances.c.id < last[0])
    rows = _read(c, query, each, (instances.c.id.desc(),), limit)  # the order of ids is of creation
    return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]


@dataclass(frozen=True, slots=True)
class _Order:
    """How a sort is read, and what its cursor holds."""

    rows: Callable[..., list[Record]]
    names: tuple[str, ...]
    kind: Any


_ORDERS = {
    Sort.LAST_RUN: _Order(
        _by_last_run, ("last_run_at", "name", "id"), tuple[Moment | None, str, Uuid]
    ),
    Sort.NAME: _Order(_by_name, ("name", "id"), tuple[str, Uuid]),
    Sort.CREATED: _Order(_by_age, ("id",), tuple[Uuid]),
}
