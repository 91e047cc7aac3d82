"""The topics without a journal: a snapshot, then numbered news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor.errors import InstanceNotFound
from athanor.server.live import frames
from athanor.server.live.board import MOST_RUNS
from athanor.server.live.notices import instance_in_list, run_of_instance
from athanor.server.live.topics import ACTIVE, INSTANCE, INSTANCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from athanor.harness import Harness
    from athanor.server.live.aside import Aside
    from athanor.server.live.board import Board


class OfBoard:
    """One client and one of these topics."""

    def __init__(
        self,
        board: Board,
        topic: str,
        snapshot: Callable[[], str],
        woken: Callable[[], None],
        aside: Aside,
    ) -> None:
        self.topic = topic
        self._board = board
        self._snapshot = snapshot
        self._woken = woken
        self._aside = aside
        self._number = 0

    async def begin(self) -> list[str]:
        """The state; whatever changes from now on is told."""
        self._board.join(self.topic, self._woken)
        try:
            revision = await self._board.revision()
            self._number = self._board.number
            # Read after the revision was: what happens in between is in it, and told again.
            snapshot = await self._aside(self._snapshot)
        except BaseException:
            self.close()
            raise
        fields = {"revision": str(revision), "snapshot": snapshot}
        return [frames.frame("subscribed", self.topic, **fields)]

    def take(self) -> list[str] | None:
        """What has happened since."""
        found = self._board.after(self.topic, self._number)
        self._number = self._board.number
        return found

    def close(self) -> None:
        """Listen no more."""
        self._board.leave(self.topic, self._woken)


def snapshot_of(harness: Harness, topic: str) -> Callable[[], str]:
    """What tells the state of a topic."""
    if topic == INSTANCES:
        return lambda: frames.text({"count": harness.count_instances()})
    if topic == ACTIVE:
        return lambda: _active(harness)
    return lambda: _instance(harness, topic.removeprefix(INSTANCE))


def _active(harness: Harness) -> str:
    found = harness.active_runs(MOST_RUNS)
    shown = [run_of_instance(run, instance) for run, instance in found.runs]
    return frames.text({"runs": shown, "running": found.running, "pending": found.pending})


def _instance(harness: Harness, instance_id: str) -> str:
    found = harness.instance_with_stats(instance_id)
    if found is None:
        raise InstanceNotFound(
            f"Instance not found: {instance_id!r}. `athanor instances list` shows those there are."
        )
    return frames.text({"instance": instance_in_list(*found)})
