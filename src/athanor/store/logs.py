"""Log lines: reading them by line number, from either end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from athanor.domain.output import Level, LogLine, output_id, output_position
from athanor.store.columns import Id, KeyOf
from athanor.store.tables import log_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from athanor.store.columns import Query, Record

_PLAIN = (
    log_lines.c.line,
    log_lines.c.attempt,
    log_lines.c.seq,
    log_lines.c.message,
    log_lines.c.metadata,
    log_lines.c.timestamp,
    log_lines.c.inserted_at,
)
_SELECT: Query = select(*_PLAIN, log_lines.c.level)

# Built once, since a search asks it 20 times.
_POSITION = select(log_lines.c.attempt, log_lines.c.seq).where(
    log_lines.c.run == KeyOf(bindparam("this_run", type_=Id)), log_lines.c.line == bindparam("at")
)


def from_row(run_id: str, row: Record) -> LogLine:
    """A log line of a run from a row that holds its columns."""
    line, attempt, seq, message, metadata, timestamp, inserted_at, level = row
    return LogLine(
        id=output_id(run_id, attempt, seq),
        run_id=run_id,
        attempt=attempt,
        seq=seq,
        line=line,
        level=Level(level),
        message=message,
        metadata=metadata,
        timestamp=timestamp,
        inserted_at=inserted_at,
    )


def page(
    c: Connection,
    run_id: str,
    *,
    limit: int,
    levels: Collection[Level] | None = None,
    after_line: int | None = None,
    before_line: int | None = None,
    newest: bool = False,
) -> list[LogLine]:
    """At most ``limit`` lines in order of time, between two line numbers (both exclusive).

    The first ones; the last ones when ``newest``, or when only ``before_line`` is given.
    """
    backward = newest or (before_line is not None and after_line is None)
    query = _SELECT.where(log_lines.c.run == KeyOf(run_id)).limit(limit)
    query = query.order_by(log_lines.c.line.desc() if backward else log_lines.c.line)
    if after_line is not None:
        query = query.where(log_lines.c.line > after_line)
    if before_line is not None:
        query = query.where(log_lines.c.line < before_line)
    found = [from_row(run_id, row) for one in _by_level(query, levels) for row in c.execute(one)]
    found.sort(key=lambda entry: entry.line)
    return found[-limit:] if backward else found[:limit]


def search(
    c: Connection,
    run_id: str,
    text: str,
    *,
    limit: int,
    lines: range,
    levels: Collection[Level] | None = None,
    newest: bool = False,
) -> list[LogLine]:
    """At most ``limit`` of some lines whose message contains ``text``, capitals as small letters.

    From the first of them on, or back from the last when ``newest``; in that order.
    """
    query = _SELECT.where(log_lines.c.run == KeyOf(run_id), log_lines.c.line >= lines.start)
    query = query.where(log_lines.c.line < lines.stop, _contains(text)).limit(limit)
    if levels is not None:
        query = query.where(log_lines.c.level.in_([str(level) for level in levels]))
    query = query.order_by(log_lines.c.line.desc() if newest else log_lines.c.line)
    return [from_row(run_id, row) for row in c.execute(query)]


def _contains(text: str) -> ColumnElement[bool]:
    return log_lines.c.message.icontains(text, autoescape=True)


def _by_level(query: Query, levels: Collection[Level] | None) -> list[Query]:
    """A query a level: each reads its index in order."""
    if levels is None or set(levels) == set(Level):
        return [query]
    return [query.where(log_lines.c.level == str(level)) for level in set(levels)]


def tail(c: Connection, run_id: str, limit: int) -> list[LogLine]:
    """The last lines, in order of time."""
    return page(c, run_id, limit=limit, newest=True)


def first_of_level(c: Connection, run_id: str, level: Level) -> LogLine | None:
    """The first line of a level."""
    found = page(c, run_id, limit=1, levels=[level])
    return found[0] if found else None


def line_of(
    c: Connection, run_id: str, levels: Collection[Level], *, after_line: int, skip: int
) -> int | None:
    """The number of a line of these levels: the first after a line, or as many later."""
    lines: Query = select(log_lines.c.line).where(log_lines.c.run == KeyOf(run_id))
    query = lines.where(log_lines.c.line > after_line).order_by(log_lines.c.line).limit(skip + 1)
    found = sorted(line for one in _by_level(query, levels) for line in c.scalars(one))
    return found[skip] if len(found) > skip else None


def get(c: Connection, run_id: str, log_id: str) -> LogLine | None:
    """The line with this id."""
    attempt, seq = output_position(log_id)
    line = line_at_or_after(c, run_id, attempt, seq)
    found = page(c, run_id, limit=1, after_line=line - 1)
    return found[0] if found and found[0].id == log_id else None


def line_at_or_after(c: Connection, run_id: str, attempt: int, seq: int) -> int:
    """The number of the first line said at or after a place in the journal.

    One more than there are when nothing was. Halves the run: about 20 reads in a million lines.
    """
    low, high = 1, total(c, run_id) + 1
    while low < high:
        middle = (low + high) // 2
        row = c.execute(_POSITION, {"this_run": run_id, "at": middle}).first()
        if row is not None and tuple(row) < (attempt, seq):
            low = middle + 1
        else:
            high = middle
    return low


def total(c: Connection, run_id: str) -> int:
    """How many lines the run has, which is the number of its last."""
    query = select(func.max(log_lines.c.line)).where(log_lines.c.run == KeyOf(run_id))
    return c.scalar(query) or 0


def stream(c: Connection, run_id: str, batch: int = 2000) -> Iterator[list[LogLine]]:
    """All lines in order of time, a batch at a time."""
    line = 0
    while found := page(c, run_id, limit=batch, after_line=line):
        yield found
        line = found[-1].line
