"""Copying all rows of one database into another that is empty: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, func, or_, select

from athanor.domain.run import RunStatus
from athanor.errors import Conflict
from athanor.store.tables import changes, experiment_runs, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athanor.store.database import Database

Told = Callable[[str, int, int], None]
"""Told of progress: the table, how many of its rows are copied, how many there are."""

_BATCH_ROWS = 2000
_BATCH_CHARACTERS = 8_000_000


def copy(source: Database, target: Database, told: Told) -> dict[str, int]:
    """Copy every table in one transaction; rows by table, counted on both sides.

    Conflict, and nothing changed, while runs of the source are live or the target holds anything.
    """
    with source.read() as old, target.write() as new:
        _refuse_live(old)
        _refuse_full(new, target)
        rows = {table.name: _copy_table(old, new, target, table, told) for table in _tables()}
        _compare(new, rows, target)
    return rows


def _tables() -> list[Table]:
    """Each after those that it refers to; what the database notes by itself is left out."""
    return [table for table in metadata.sorted_tables if table is not changes]


def _refuse_live(old: Connection) -> None:
    runs = experiment_runs.c
    asked_for = (runs.status == str(RunStatus.PENDING)) & runs.queued_at.is_not(None)
    live = or_(runs.status == str(RunStatus.RUNNING), asked_for)
    found = list(old.scalars(select(runs.id).where(live).limit(5)))
    if found:
        raise Conflict(
            f"There are live runs ({', '.join(found)}); wait until they have ended, or cancel "
            "them (athanor cancel RUN), and copy again."
        )


def _refuse_full(new: Connection, target: Database) -> None:
    for table in _tables():
        if new.execute(select(table).limit(1)).first() is not None:
            raise Conflict(
                f"The database {target.flavour.shown} holds something already ({table.name}); "
                "name one that is empty."
            )


def _copy_table(
    old: Connection, new: Connection, target: Database, table: Table, told: Told
) -> int:
    names = [column.name for column in table.columns if column.computed is None]
    total, done = _count(old, table), 0
    told(table.name, 0, total)
    for batch in _batches(old, table, names):
        target.flavour.bulk_insert(new, table, names, batch)
        done += len(batch)
        told(table.name, done, total)
    return total


def _batches(old: Connection, table: Table, names: Sequence[str]) -> Iterator[list[Any]]:
    """Rows as the source stores them, as many at a time as memory holds with ease."""
    query = f"SELECT {', '.join(names)} FROM {table.name}"  # noqa: S608 - names of our own
    batch: list[Any] = []
    characters = 0
    for row in old.exec_driver_sql(query):
        batch.append(tuple(row))
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(batch) >= _BATCH_ROWS or characters > _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    yield batch


def _compare(new: Connection, rows: dict[str, int], target: Database) -> None:
    for table in _tables():
        stored = _count(new, table)
        if stored != rows[table.name]:
            raise Conflict(
                f"{table.name} has {rows[table.name]} rows and its copy in "
                f"{target.flavour.shown} {stored}: somebody wrote meanwhile. "
                "Nothing was kept; copy again."
            )


def _count(c: Connection, table: Table) -> int:
    return c.scalar(select(func.count()).select_from(table)) or 0
