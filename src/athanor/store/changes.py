"""What the database has noted by itself about instances and runs: who changed, in which way.

Numbers are given out when a note is written and seen when its transaction has committed. SQLite
has one writer at a time, so they appear in their order. In PostgreSQL a smaller number may appear
after a larger one: the numbers that are missing are looked for until every transaction that was
under way when they were missed is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sqlalchemy import BigInteger, Text, bindparam, cast, func, or_, select

from athanor.store.columns import POSTGRESQL
from athanor.store.tables import changes as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

MOST = 1000
"""How many notes are read at a time, and how many before the newest may be missing."""

What = Literal["created", "started", "updated", "completed", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One note; about an instance when ``run_id`` is None."""

    number: int
    what: What
    instance_id: str
    run_id: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: all up to ``last`` is known, but for the numbers ``missing``.

    Each missing number has the transaction from which on nobody can hold it.
    """

    last: int = 0
    missing: Mapping[int, int] = field(default_factory=dict)


_snapshot = func.pg_current_snapshot()
_HORIZON = select(
    cast(cast(func.pg_snapshot_xmin(_snapshot), Text), BigInteger),
    cast(cast(func.pg_snapshot_xmax(_snapshot), Text), BigInteger),
)
_NEW = (
    select(table)
    .where(
        or_(
            table.c.number > bindparam("last"),
            table.c.number.in_(bindparam("missing", expanding=True)),
        )
    )
    .order_by(table.c.number)
    .limit(MOST)
)
_NEWER = select(table).where(table.c.number > bindparam("last")).order_by(table.c.number)
_NEWEST = select(table.c.number).order_by(table.c.number.desc()).limit(MOST)


def newest(c: Connection) -> Place:
    """The place after all that has been noted."""
    numbers = list(c.scalars(_NEWEST))
    if not numbers:
        return Place()
    gaps = set(range(numbers[-1], numbers[0])).difference(numbers)
    return Place(numbers[0], _missing(c, gaps))


def since(c: Connection, place: Place) -> tuple[list[Change], Place]:
    """The next notes after a place, ``MOST`` of them, and the place after those."""
    if place.missing:
        rows = c.execute(_NEW, {"last": place.last, "missing": list(place.missing)}).all()
    else:
        rows = c.execute(_NEWER.limit(MOST), {"last": place.last}).all()
    found = [
        Change(number=row.number, what=row.what, instance_id=row.instance_id, run_id=row.run_id)
        for row in rows
    ]
    return found, _after(c, place, {change.number for change in found})


def _after(c: Connection, place: Place, seen: set[int]) -> Place:
    if not seen and not place.missing:
        return place
    last = max(place.last, *seen) if seen else place.last
    first = max(place.last + 1, last - MOST)
    gaps = set(range(first, last)) - seen
    known = {number: end for number, end in place.missing.items() if number not in seen}
    return Place(last, _missing(c, gaps, known))


def _missing(
    c: Connection, gaps: Iterable[int], known: Mapping[int, int] | None = None
) -> dict[int, int]:
    """The numbers that somebody may still hold, each with the end of its wait."""
    gaps = set(gaps)
    if c.dialect.name != POSTGRESQL or not (gaps or known):
        return {}
    oldest, next_one = c.execute(_HORIZON).one()
    still = {number: end for number, end in (known or {}).items() if oldest < end}
    return still | dict.fromkeys(gaps, next_one)
