"""What those who watch ask for: what has changed since they looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from athanor.domain.run import RunStatus
from athanor.harness.news import Bulletin
from athanor.harness.output import Output
from athanor.harness.tail import Tail
from athanor.store import instances, runs, waiting

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.run import Progress, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """Runs that work and runs that wait, the first of them, and how many there are."""

    runs: list[tuple[Run, Instance]]
    running: int
    pending: int


class Live(Output):
    """The use cases of those who watch."""

    def bulletin(self) -> Bulletin:
        """What happens to instances and runs from now on."""
        return Bulletin(self._database)

    def tail(self, run_id: str, after: str | None = None) -> Tail:
        """The newest of a run, from its end or from a cursor on; the id is a whole one."""
        return Tail(self._database, run_id, after)

    def stamps(self, run_ids: Collection[str]) -> dict[str, datetime]:
        """When each of some runs was last written to; those there are."""
        with self._database.read() as c:
            return runs.stamps(c, run_ids)

    def progress_of_running(self, limit: int) -> dict[str, Progress]:
        """How far the runs at work are."""
        with self._database.read() as c:
            return runs.progress_of_running(c, limit)

    def active_runs(self, limit: int) -> Active:
        """The runs at work, then those that wait in the order of the queue; ``limit`` together."""
        with self._database.read() as c:
            working = runs.page(c, status=RunStatus.RUNNING, limit=limit).items
            room = limit - len(working)
            queued = waiting.startable(c, home=self._database.home, limit=room) if room else []
            there = instances.several(c, {run.instance_id for run in working})
            found = [(run, there[run.instance_id]) for run in working if run.instance_id in there]
            return Active(
                runs=[*found, *queued],
                running=runs.count(c, RunStatus.RUNNING),
                pending=runs.count(c, RunStatus.PENDING),
            )

    def instance_with_stats(self, instance_id: str) -> tuple[Instance, InstanceStats] | None:
        """An instance by its whole id, or None."""
        with self._database.read() as c:
            return instances.several_with_stats(c, [instance_id]).get(instance_id)

    def count_instances(self) -> int:
        """How many there are."""
        with self._database.read() as c:
            return instances.count(c)
