"""What has happened to instances and runs, whoever did it: full records as they stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from athanor.domain.events import InstanceChanged, InstanceDeleted, News, RunChanged, RunDeleted
from athanor.store import changes, instances, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.run import Run
    from athanor.store.changes import Change
    from athanor.store.database import Database

Numbered = tuple[int, News]
"""A revision and what it told."""


_SHOWN_BY_INSTANCE = frozenset({"created", "started", "completed", "deleted"})
"""What of a run changes the stats of its instance."""


class Bulletin:
    """Where one reader of the news stands; it begins with what happens from now on.

    ``revision`` only grows. Several changes of a record that are read at once are told once a kind,
    with the record as it stands after the last: states are told, not steps.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.read() as c:
            self._place = changes.newest(c)
        self.revision = self._place.last

    def news(self) -> list[Numbered]:
        """What has happened since the last call."""
        told: list[Numbered] = []
        while True:
            with self._database.read() as c:
                found, self._place = changes.since(c, self._place)
                told += [(self._next(number), event) for number, event in _events(c, found)]
            if len(found) < changes.MOST:
                return told

    def _next(self, number: int) -> int:
        """The number of a note, or one more where it came later than a larger one."""
        self.revision = max(self.revision + 1, number)
        return self.revision


def _events(c: Connection, found: list[Change]) -> Iterator[Numbered]:
    if not found:
        return
    ids = {change.instance_id for change in found}
    there = instances.several_with_stats(c, ids)
    standing = runs.several(c, {change.run_id for change in found if change.run_id})
    moved = {change.run_id for change in found if change.run_id and change.what != "updated"}
    told = set()
    for change in found:
        if change.what == "updated" and change.run_id in moved:
            continue  # its record is told with more meaning
        event = _event(change, there, standing)
        kind = (type(event), getattr(event, "what", ""), change.instance_id, change.run_id)
        if event is not None and kind not in told:
            told.add(kind)
            yield change.number, event
    touched = {c.instance_id for c in found if c.run_id and c.what in _SHOWN_BY_INSTANCE}
    for instance_id in sorted(touched & there.keys()):
        instance, stats = there[instance_id]
        yield found[-1].number, InstanceChanged(what="updated", instance=instance, stats=stats)


def _event(
    change: Change, there: dict[str, tuple[Instance, InstanceStats]], standing: dict[str, Run]
) -> News | None:
    """None for what is gone by now, which is told by a note of its own."""
    known = there.get(change.instance_id)
    if change.run_id is None:
        if known is None:
            return InstanceDeleted(instance_id=change.instance_id)
        instance, stats = known
        what: Literal["created", "updated"] = "created" if change.what == "created" else "updated"
        return InstanceChanged(what=what, instance=instance, stats=stats)
    run = standing.get(change.run_id)
    if change.what == "deleted":
        return RunDeleted(run_id=change.run_id, instance_id=change.instance_id)
    if run is None or known is None:
        return None
    return RunChanged(what=change.what, run=run, instance=known[0])
