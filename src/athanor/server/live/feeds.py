"""The feeds that somebody listens to, and the look for those that have something new."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from athanor.errors import Unavailable
from athanor.server.live.feed import Feed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from athanor.harness import Harness
    from athanor.server.live.aside import Aside
    from athanor.server.pulse import Pulse


class Feeds:
    """One feed a run, from its first listener to its last."""

    def __init__(self, harness: Harness, pulse: Pulse, aside: Aside) -> None:
        self._harness = harness
        self._pulse = pulse
        self.aside = aside
        self._loop: asyncio.AbstractEventLoop | None = None
        self._feeds: dict[str, Feed] = {}
        self._watching: asyncio.Task[None] | None = None

    def stored(self, run_id: str) -> None:
        """What this process has stored of a run is looked at at once. Any thread may call it."""
        feed = self._feeds.get(run_id)
        if feed is not None and self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever listens
                self._loop.call_soon_threadsafe(feed.wake)

    @asynccontextmanager
    async def listening(self, run_id: str, woken: Callable[[], None]) -> AsyncIterator[Feed]:
        """The feed of a run, which calls ``woken`` when there is something new."""
        feed = self.join(run_id, woken)
        try:
            await feed.begun()
            yield feed
        finally:
            self.leave(feed, woken)

    def join(self, run_id: str, woken: Callable[[], None]) -> Feed:
        """Begin to listen; wait for ``begun`` before looking at the feed."""
        self._loop = asyncio.get_running_loop()
        feed = self._feeds.get(run_id)
        if feed is None:
            feed = self._feeds[run_id] = Feed(run_id, self._harness.tail(run_id), self.aside)
        feed.listeners.add(woken)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        return feed

    def leave(self, feed: Feed, woken: Callable[[], None]) -> None:
        """Listen no more; without listeners a feed ends, and without feeds the look for them."""
        feed.listeners.discard(woken)
        if feed.listeners:
            return
        feed.close()
        if self._feeds.get(feed.run_id) is feed:
            del self._feeds[feed.run_id]
        if not self._feeds and self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _watch(self) -> None:
        """Wake the feeds of runs that somebody else has written to: one question for all."""
        while True:
            beat = self._pulse.beat()
            run_ids = list(self._feeds)
            with suppress(Unavailable):  # asked again soon
                stamps = await self.aside(partial(self._harness.stamps, run_ids))
                for run_id in run_ids:
                    feed = self._feeds.get(run_id)
                    if feed is not None and feed.stamp != stamps.get(run_id):
                        feed.wake()
            await self._pulse.wait(beat)
