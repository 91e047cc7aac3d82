"""What happens to instances and runs, for the topics that have no journal: one reader for all."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from athanor.errors import Unavailable
from athanor.server.live import frames
from athanor.server.live.notices import frames_of
from athanor.server.live.topics import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from athanor.domain.run import Progress
    from athanor.harness import Harness
    from athanor.harness.news import Bulletin, Numbered
    from athanor.server.live.aside import Aside
    from athanor.server.pulse import Pulse

KEPT_CHARS = 4 << 20
PROGRESS_S = 0.5
MOST_RUNS = 200


@dataclass(frozen=True, slots=True)
class _Notice:
    number: int
    topic: str
    frame: str


class Board:
    """The last notices, each numbered, for as long as somebody reads them."""

    def __init__(self, harness: Harness, pulse: Pulse, aside: Aside) -> None:
        self._harness = harness
        self._pulse = pulse
        self._aside = aside
        self._notices: deque[_Notice] = deque()
        self._chars = 0
        self._readers: dict[str, dict[Callable[[], None], None]] = {}
        self._progress: dict[str, Progress] = {}
        self._progress_s = float("-inf")
        self._bulletin: asyncio.Task[Bulletin] | None = None
        self._reading: asyncio.Task[None] | None = None
        self.number = 0
        """That of the last notice."""

    async def revision(self) -> int:
        """What the news is known up to; those who listen by now are told all that comes later."""
        if self._bulletin is None:
            raise RuntimeError("nobody listens")
        return (await asyncio.shield(self._bulletin)).revision

    def join(self, topic: str, woken: Callable[[], None]) -> None:
        """Begin to listen."""
        self._readers.setdefault(topic, {})[woken] = None
        if self._bulletin is None:
            self._bulletin = asyncio.create_task(self._aside(self._harness.bulletin))
            self._reading = asyncio.create_task(self._read(self._bulletin))

    def leave(self, topic: str, woken: Callable[[], None]) -> None:
        """Listen no more; without listeners nothing is read."""
        self._readers.get(topic, {}).pop(woken, None)
        if not self._readers.get(topic):
            self._readers.pop(topic, None)
        if not self._readers and self._reading is not None:
            self._reading.cancel()
            self._reading = self._bulletin = None

    def after(self, topic: str, number: int) -> list[str] | None:
        """The frames of a topic after a notice; None when some of them are gone."""
        if number == self.number:
            return []
        if self._notices and self._notices[0].number > number + 1:
            return None
        found = []
        for notice in reversed(self._notices):
            if notice.number <= number:
                break
            if notice.topic == topic:
                found.append(notice.frame)
        return found[::-1]

    async def _read(self, beginning: asyncio.Task[Bulletin]) -> None:
        bulletin = await beginning
        while True:
            beat = self._pulse.beat()
            with suppress(Unavailable):  # asked again soon
                self._publish(await self._aside(bulletin.news))
                if ACTIVE in self._readers:
                    await self._tell_progress(bulletin.revision)
            await self._pulse.wait(beat)

    def _publish(self, news: list[Numbered]) -> None:
        for revision, event in news:
            for topic, frame in frames_of(event, revision, self._readers.keys()):
                self._add(topic, frame)

    async def _tell_progress(self, revision: int) -> None:
        """Of the runs at work; it makes no news, and is told so often at most."""
        now_s = time.monotonic()
        if now_s - self._progress_s < PROGRESS_S:
            return
        self._progress_s = now_s
        found = await self._aside(lambda: self._harness.progress_of_running(MOST_RUNS))
        before, self._progress = self._progress, found
        for run_id, progress in found.items():
            if before.get(run_id) != progress:
                fields = {
                    "revision": str(revision),
                    "run_id": f'"{run_id}"',
                    "progress": frames.text(progress),
                }
                self._add(ACTIVE, frames.frame("progress_updated", ACTIVE, **fields))

    def _add(self, topic: str, frame: str) -> None:
        self.number += 1
        self._notices.append(_Notice(self.number, topic, frame))
        self._chars += len(frame)
        while self._chars > KEPT_CHARS and len(self._notices) > 1:
            self._chars -= len(self._notices.popleft().frame)
        for woken in tuple(self._readers.get(topic, ())):
            woken()
