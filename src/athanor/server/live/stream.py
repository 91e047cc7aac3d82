"""One stream for a script: all that a run says, from the feed where that holds it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from athanor.errors import DatabaseAway
from athanor.harness.records import event_json
from athanor.server.answers import encoded
from athanor.server.live.batch import entries_of, lines
from athanor.server.live.state import Told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from athanor.harness.following import Event, Follower
    from athanor.server.live.feed import Feed
    from athanor.server.live.feeds import Feeds
    from athanor.server.live.state import State
    from athanor.server.pulse import Pulse

AWAY_S = 0.5


class Stream:
    """Lines of NDJSON. Who is behind the feed reads the database until he has caught up."""

    def __init__(self, follower: Follower, feeds: Feeds, pulse: Pulse) -> None:
        self._follower = follower
        self._feeds = feeds
        self._pulse = pulse
        self._woken = asyncio.Event()
        self._told = Told()

    async def lines(self) -> AsyncIterator[bytes]:
        """Until the run has ended and all is told, or the server ends."""
        async with self._feeds.listening(self._follower.run_id, self._woken.set) as feed:
            while not self._pulse.stopping:
                self._woken.clear()
                state = feed.state
                async for told in self._said(feed):
                    yield told
                if state is None:
                    return  # it was deleted
                for line in self._changes(state):
                    yield line
                if state.final:
                    return
                await self._news()

    async def _news(self) -> None:
        """Until the feed has some, or the server ends, which a signal handler can only note."""
        while not (self._woken.is_set() or self._pulse.stopping):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), AWAY_S)

    async def _said(self, feed: Feed) -> AsyncIterator[bytes]:
        """All up to where the feed is now."""
        end = feed.end
        while self._follower.place < end:
            place = self._follower.place
            batches = feed.ring.after(place)
            if batches and batches[0].start <= place:
                self._follower.skip_to(batches[0].end)
                yield batches[0].lines_after(place)
            else:
                yield await self._stored()

    async def _stored(self) -> bytes:
        """What comes next, from the database."""
        while True:
            with suppress(DatabaseAway):  # the run does not notice; what was told is remembered
                return await self._feeds.aside(self._some)
            await asyncio.sleep(AWAY_S)

    def _some(self) -> bytes:
        return lines(self._follower.run_id, entries_of(self._follower.some()))

    def _changes(self, state: State) -> list[bytes]:
        run_id = self._follower.run_id
        told = []
        for part in self._told.news(state):
            if part == "facts":
                told.append(f'{{"event":"run_updated","run":{state.run}}}\n')
            elif part == "progress" and state.progress.value is not None:
                progress = state.progress.text
                told.append(
                    f'{{"event":"progress_updated","run_id":"{run_id}","progress":{progress}}}\n'
                )
        return [line.encode() for line in told]


def line_of(event: Event) -> bytes:
    """An event as a line."""
    return encoded(event_json(event)) + b"\n"
