"""The topic of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor.errors import RunNotFound
from athanor.harness.following import cursor, parse
from athanor.server.live import frames
from athanor.server.live.batch import MOST_LINES, Batch, lagged, topic_of, window
from athanor.server.live.state import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from athanor.harness import Harness
    from athanor.harness.following import Place
    from athanor.server.live.feed import Feed
    from athanor.server.live.feeds import Feeds

_EVENTS = {
    "progress": ("progress_updated", "progress"),
    "usage": ("usage_updated", "usage"),
}


class OfRun:
    """One client and one run: the newest window, and what has changed in the run itself."""

    def __init__(
        self,
        harness: Harness,
        feeds: Feeds,
        run_id: str,
        after: str | None,
        woken: Callable[[], None],
    ) -> None:
        self.topic = topic_of(run_id)
        self._run_id = run_id
        self._harness = harness
        self._feeds = feeds
        self._after = after
        self._place: Place | None = None if after is None else parse(after)
        self._woken = woken
        self._feed: Feed | None = None
        self._told = Told()
        self._over = False

    async def begin(self) -> list[str]:
        """The run as it stands; after a cursor, what was said since as well."""
        feed = self._feed = self._feeds.join(self._run_id, self._woken)
        try:
            await feed.begun()
            if feed.state is None:
                raise RunNotFound(
                    f"Run not found: {self._run_id!r}. `athanor runs` shows those there are."
                )
            missed = await self._missed(feed)
        except BaseException:
            self.close()
            raise
        if feed.state is None:
            return self._deleted()
        if self._place is None:
            self._place = feed.end
        begun = self._place if self._after is None else parse(self._after)
        self._told = Told.of(feed.state)
        snapshot = f'{{"run":{feed.state.run}}}'
        at = f'"{cursor(begun)}"'
        told = frames.frame("subscribed", self.topic, cursor=at, snapshot=snapshot)
        return [told, *missed, *self._said(feed)]

    async def _missed(self, feed: Feed) -> list[str]:
        """What was said since the cursor and is in no ring any more, as far as not too much."""
        after = self._after
        if after is None or self._place is None or self._place >= feed.end:
            return []
        found = feed.ring.after(self._place)
        if found and found[0].start <= self._place:
            return []
        tail = self._harness.tail(self._run_id, after)
        run_id, place = self._run_id, self._place

        def look() -> tuple[Place, list[str]]:
            found = tail.look(MOST_LINES)
            batch = Batch.of(run_id, found)
            left_out = [lagged(run_id, place, batch.start, batch.totals)]
            said = list(window(run_id, batch.start, batch.entries, batch.totals))
            return batch.end, [*(left_out if batch.start > place else []), *said]

        self._place, frames_of_missed = await self._feeds.aside(look)
        return frames_of_missed

    def take(self) -> list[str] | None:
        """Rows first, then the status that follows them."""
        feed = self._feed
        if feed is None or self._over:
            return []
        if feed.state is None:
            return self._deleted()
        return [*self._said(feed), *self._changes(feed)]

    def close(self) -> None:
        """Listen no more."""
        if self._feed is not None:
            self._feeds.leave(self._feed, self._woken)
            self._feed = None

    def _said(self, feed: Feed) -> list[str]:
        place = self._place
        found = [] if place is None else feed.ring.after(place)
        if place is None or not found:
            return []
        self._place = found[-1].end
        if len(found) == 1 and found[0].start == place:  # as for nearly everybody, nearly always
            return list(found[0].window)
        found = _without_gap(found)
        start, totals = max(place, found[0].start), found[-1].totals
        left_out = [lagged(self._run_id, place, start, totals)] if start > place else []
        entries = [entry for batch in found for entry in batch.entries if entry.place > start]
        return [*left_out, *window(self._run_id, start, entries, totals)]

    def _changes(self, feed: Feed) -> list[str]:
        state = feed.state
        if state is None:
            return []
        told = []
        for part in self._told.news(state):
            if part == "facts":
                told.append(frames.frame("run_updated", self.topic, run=state.run))
            elif getattr(state, part).value is not None:
                event, name = _EVENTS[part]
                told.append(frames.frame(event, self.topic, **{name: getattr(state, part).text}))
        return told

    def _deleted(self) -> list[str]:
        self._over = True
        return [frames.frame("run_deleted", self.topic, run_id=f'"{self._run_id}"')]


def _without_gap(batches: list[Batch]) -> list[Batch]:
    """The last of them, as far back as nothing is left out in between."""
    first = len(batches) - 1
    while first and batches[first - 1].end == batches[first].start:
        first -= 1
    return batches[first:]
