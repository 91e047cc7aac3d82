"""The feed of one run: one look a commit, for all who listen."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from athanor.errors import DatabaseAway
from athanor.server.live.batch import MOST_LINES, Batch
from athanor.server.live.ring import Ring
from athanor.server.live.state import State, differs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from athanor.harness.following import Place
    from athanor.harness.tail import Tail
    from athanor.server.live.aside import Aside

PACE_S = 0.010
"""Looks of a run that speaks without a pause are this far apart, and more where many listen."""
LISTENER_S = 0.00015
"""What it costs to tell one of them, and as much again for all else."""
LINES_PER_S = 12_000
"""What a socket is told of a faster run in the long run; the rest is left out."""
AWAY_S = 0.5


@dataclass(frozen=True, slots=True)
class _Found:
    state: State | None
    batch: Batch
    stamp: datetime | None


class Feed:
    """The newest of one run, for as long as somebody listens.

    A look is asked for by ``wake``; ``listeners`` are called after each that found something.
    ``state`` is None once the run is deleted, and ``end`` the place up to which all is told.
    """

    def __init__(self, run_id: str, tail: Tail, aside: Aside) -> None:
        self.run_id = run_id
        self.ring = Ring()
        self.listeners: set[Callable[[], None]] = set()
        self.state: State | None = None
        self.end: Place = (0, 0)
        self.stamp: datetime | None = None
        self._tail = tail
        self._aside = aside
        self._woken = asyncio.Event()
        self._begun = asyncio.get_running_loop().create_future()
        self._looking = asyncio.create_task(self._look_on())
        self.wake()

    def wake(self) -> None:
        """Something was stored, or may have been."""
        self._woken.set()

    async def begun(self) -> None:
        """Until the first look is done."""
        await asyncio.shield(self._begun)

    def close(self) -> None:
        """Look no more."""
        self._looking.cancel()

    async def _look_on(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            begun_s = time.monotonic()
            try:
                found = await self._aside(self._look)
            except DatabaseAway as error:  # the run does not notice; listeners wait
                if not self._begun.done():
                    self._begun.set_exception(error)
                    return
                await asyncio.sleep(AWAY_S)
                self.wake()
                continue
            self._take(found)
            pace_s = PACE_S + len(self.listeners) * LISTENER_S
            await asyncio.sleep(_rest_s(found, time.monotonic() - begun_s, pace_s))

    def _look(self) -> _Found:
        look = self._tail.look(MOST_LINES)
        batch = Batch.of(self.run_id, look)
        if look.run is None:
            return _Found(None, batch, None)
        return _Found(State.of(look.run, self.state), batch, look.run.updated_at)

    def _take(self, found: _Found) -> None:
        changed = bool(found.batch.entries) or differs(found.state, self.state)
        self.state, self.stamp, self.end = found.state, found.stamp, found.batch.end
        if found.batch.entries:
            self.ring.add(found.batch)
        if not self._begun.done():
            self._begun.set_result(None)
        if changed:
            for listener in tuple(self.listeners):
                listener()


def _rest_s(found: _Found, took_s: float, pace_s: float) -> float:
    """Time until the next look: what is told in it must be worth a window, and cost no core."""
    said_s = len(found.batch.entries) / LINES_PER_S
    return max(pace_s - took_s, said_s - took_s, took_s / 2, 0.0)
