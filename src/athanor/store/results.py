"""Results: summaries for lists, values for whoever asks."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    case,
    func,
    literal,
    null,
    select,
)

from athanor.domain.output import (
    Result,
    ResultInList,
    ResultSummary,
    output_id,
    output_position,
)
from athanor.domain.page import Page
from athanor.store.paging import Number, beyond, page_of, place, prefixed
from athanor.store.tables import run_results as table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from athanor.store.columns import Query, Record

Order = Literal["time", "key"]

_SHARED = (
    table.c.run_id,
    table.c.attempt,
    table.c.seq,
    table.c.key,
    table.c.size,
    table.c.timestamp,
    table.c.inserted_at,
)
_NAMES = tuple(column.name for column in _SHARED)
_SUMMARY: Query = select(*_SHARED, table.c.preview)
_WHOLE: Query = select(*_SHARED, table.c.value)
SMALL_BYTES = 16_384
"""Values up to so many bytes are read with lists."""
_PAGE_BYTES = 1 << 20
_SMALL: Query = select(
    *_SHARED,
    table.c.preview,
    case((table.c.size <= SMALL_BYTES, table.c.value), else_=null()).label("value"),
)
_POSITION = (table.c.attempt, table.c.seq)
_BY_KEY = (table.c.key, *_POSITION)
_ORDERS = {"time": _POSITION, "key": _BY_KEY}
_ATTEMPT = 1 << 40
"""More than any ``seq``: it makes one number of a position."""


def summary_from_row(row: Record) -> ResultSummary:
    """A summary from a row that holds its columns."""
    return ResultSummary(**_shared(row), preview=row.preview)


def from_row(row: Record) -> Result:
    """A result from a row that holds its columns."""
    return Result(**_shared(row), value=row.value)


def in_list_from_row(row: Record) -> ResultInList:
    """A summary with its value from a row that holds its columns."""
    whole = row.size <= SMALL_BYTES
    value = row.value if whole else None
    return ResultInList(**_shared(row), preview=row.preview, value=value, whole=whole)


def _shared(row: Record) -> dict[str, Any]:
    values = dict(zip(_NAMES, row, strict=False))  # they come first in each query
    values["id"] = output_id(row.run_id, row.attempt, row.seq)
    return values


def page(
    c: Connection,
    run_id: str,
    *,
    limit: int,
    after: str | None = None,
    key_prefix: str | None = None,
    order: Order = "time",
    descending: bool = False,
) -> Page[ResultSummary]:
    """Summaries of a run's results, by time or by key (equal keys by time)."""
    query = _listed(_SUMMARY, run_id, after, key_prefix, order, descending=descending)
    return page_of(
        c.execute(query.limit(limit + 1)).all(), limit, summary_from_row, _place_in(order)
    )


def small_page(
    c: Connection,
    run_id: str,
    *,
    limit: int,
    after: str | None = None,
    key_prefix: str | None = None,
    order: Order = "time",
    descending: bool = False,
) -> Page[ResultInList]:
    """The same with the small values, up to 1 MiB of them: it may be shorter than asked."""
    query = _listed(_SMALL, run_id, after, key_prefix, order, descending=descending)
    rows = c.execute(query.limit(limit + 1)).all()
    return page_of(rows, min(limit, _affordable(rows)), in_list_from_row, _place_in(order))


def _listed(
    columns: Query,
    run_id: str,
    after: str | None,
    key_prefix: str | None,
    order: Order,
    *,
    descending: bool,
) -> Query:
    by = _ORDERS[order]
    query = columns.where(table.c.run_id == run_id)
    if key_prefix:
        query = query.where(*prefixed(table.c.key, key_prefix))
    if after is not None:
        kind = tuple[str, Number, Number] if order == "key" else tuple[Number, Number]
        query = query.where(beyond(by, place(after, kind), descending=descending))
    return query.order_by(*(column.desc() if descending else column for column in by))


def _place_in(order: Order) -> Callable[[Record], tuple[Any, ...]]:
    names = [column.name for column in _ORDERS[order]]
    return lambda row: tuple(getattr(row, name) for name in names)


def _affordable(rows: Sequence[Record]) -> int:
    """How many rows fit into a page of values; one in any case."""
    totals = accumulate(row.size if row.size <= SMALL_BYTES else 0 for row in rows)
    return max(1, sum(1 for total in totals if total <= _PAGE_BYTES))


def newest(c: Connection, run_id: str, limit: int, key: str | None = None) -> list[Result]:
    """The last results with their values, in order of time; of all keys or of one."""
    query = _WHOLE.where(table.c.run_id == run_id).limit(limit)
    if key is not None:
        query = query.where(table.c.key == key)
    query = query.order_by(*(column.desc() for column in _POSITION))
    return [from_row(row) for row in c.execute(query)][::-1]


def by_key(c: Connection, run_id: str, key: str) -> list[Result]:
    """Every result of a key with its value, oldest first."""
    query = _WHOLE.where(table.c.run_id == run_id, table.c.key == key).order_by(*_POSITION)
    return [from_row(row) for row in c.execute(query)]


def get(c: Connection, run_id: str, result_id: str) -> Result | None:
    """The result with this id."""
    attempt, seq = output_position(result_id)
    if output_id(run_id, attempt, seq) != result_id:
        return None
    place_of = (table.c.run_id == run_id, table.c.attempt == attempt, table.c.seq == seq)
    row = c.execute(_WHOLE.where(*place_of)).first()
    return None if row is None else from_row(row)


def values(
    c: Connection,
    run_id: str,
    *,
    limit: int,
    after: str | None = None,
    key: str | None = None,
    key_prefix: str | None = None,
    largest: int | None = None,
) -> Page[Result]:
    """Results with their values in order of time; those of a key, of at most ``largest`` bytes."""
    query = _WHOLE.where(*_wanted(run_id, key, key_prefix)).order_by(*_POSITION).limit(limit + 1)
    if largest is not None:
        query = query.where(table.c.size <= largest)
    if after is not None:
        query = query.where(
            beyond(_POSITION, place(after, tuple[Number, Number]), descending=False)
        )
    return page_of(c.execute(query).all(), limit, from_row, lambda row: (row.attempt, row.seq))


def count(
    c: Connection,
    run_id: str,
    *,
    key: str | None = None,
    key_prefix: str | None = None,
    beyond_bytes: int = -1,
    most: int | None = None,
) -> int:
    """How many results there are; of a key, with values of more than ``beyond_bytes``.

    Counting ends at ``most``: it reads an entry of the index for each.
    """
    query = select(table.c.seq).where(*_wanted(run_id, key, key_prefix)).limit(most)
    if beyond_bytes >= 0:
        query = query.where(table.c.size > beyond_bytes)
    return int(c.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _wanted(run_id: str, key: str | None, key_prefix: str | None) -> list[ColumnElement[bool]]:
    """The conditions for the results of a run, of a key, of keys that begin so."""
    wanted = [table.c.run_id == run_id]
    if key is not None:
        wanted.append(table.c.key == key)
    if key_prefix:
        wanted += prefixed(table.c.key, key_prefix)
    return wanted


def between(c: Connection, run_id: str, attempt: int, start: int, end: int) -> list[ResultSummary]:
    """Summaries of what was said from one byte of a journal up to, not including, another."""
    query = _SUMMARY.where(table.c.run_id == run_id, table.c.attempt == attempt)
    query = query.where(table.c.seq >= start, table.c.seq < end).order_by(table.c.seq)
    return [summary_from_row(row) for row in c.execute(query)]


def since(
    c: Connection, run_id: str, place_of: tuple[int, int], *, limit: int
) -> list[ResultSummary]:
    """Summaries of what was said after an ``(attempt, seq)``, in order of time."""
    query = _SUMMARY.where(table.c.run_id == run_id, beyond(_POSITION, place_of, descending=False))
    return [summary_from_row(row) for row in c.execute(query.order_by(*_POSITION).limit(limit))]


def last_by_key(c: Connection, run_id: str, keys: Sequence[str], largest: int) -> list[Result]:
    """The newest result of each of these keys, unless it is larger than ``largest`` bytes."""
    order = table.c.attempt * literal(_ATTEMPT, BigInteger) + table.c.seq
    wanted = (table.c.run_id == run_id) & table.c.key.in_(keys)
    last = select(table.c.key, func.max(order).label("last")).where(wanted).group_by(table.c.key)
    newest = last.subquery()
    query = _WHOLE.join(newest, (table.c.key == newest.c.key) & (order == newest.c.last))
    return [from_row(row) for row in c.execute(query.where(wanted, table.c.size <= largest))]


def key_counts(
    c: Connection, run_id: str, *, limit: int, after: str | None = None
) -> Page[tuple[str, int]]:
    """The keys of a run in their order, each with how many results it has."""
    query = select(table.c.key, func.count().label("number")).where(table.c.run_id == run_id)
    if after is not None:
        query = query.where(table.c.key > place(after, tuple[str])[0])
    query = query.group_by(table.c.key).order_by(table.c.key).limit(limit + 1)
    return page_of(
        c.execute(query).all(), limit, lambda row: (row.key, row.number), lambda row: (row.key,)
    )
