"""The topic of the project's experiments: looked at every half second while somebody listens."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from athanor.errors import AthanorError
from athanor.harness.records import to_json
from athanor.server.live import frames
from athanor.server.live.topics import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from athanor.harness import Harness
    from athanor.server.live.aside import Aside

LOOK_S = 0.4

log = logging.getLogger(__name__)


class Modules:
    """The newest listing, and how often it has changed."""

    def __init__(self, harness: Harness, aside: Aside) -> None:
        self._harness = harness
        self._aside = aside
        self._listeners: set[Callable[[], None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self.text = ""
        # Grows across restarts as well.
        self.revision = time.time_ns() // 1000

    async def join(self, woken: Callable[[], None]) -> None:
        """Begin to listen; the listing is there when this returns."""
        self._listeners.add(woken)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        await self._look()

    def leave(self, woken: Callable[[], None]) -> None:
        """Listen no more; without listeners nobody looks."""
        self._listeners.discard(woken)
        if not self._listeners and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._look()
            except (AthanorError, OSError):  # it is asked for again and again: said, not raised
                log.exception("The experiments cannot be listed; trying on")

    async def _look(self) -> None:
        text = await self._aside(self._listed)
        if text == self.text:
            return
        self.text = text
        self.revision += 1
        for woken in tuple(self._listeners):
            woken()

    def _listed(self) -> str:
        found = self._harness.list_experiments(patience_s=0)
        return frames.text(to_json(found))


class OfModules:
    """One client of that topic."""

    topic = MODULES

    def __init__(self, modules: Modules, woken: Callable[[], None]) -> None:
        self._modules = modules
        self._woken = woken
        self._told = 0

    async def begin(self) -> list[str]:
        """The listing."""
        try:
            await self._modules.join(self._woken)
        except BaseException:
            self.close()
            raise
        self._told = self._modules.revision
        fields = {"revision": str(self._told), "snapshot": self._modules.text}
        return [frames.frame("subscribed", self.topic, **fields)]

    def take(self) -> list[str] | None:
        """The newest listing, if it is another."""
        if self._told == self._modules.revision:
            return []
        self._told = self._modules.revision
        listing = self._modules.text[1:-1]
        head = frames.frame("modules_updated", self.topic, revision=str(self._told))
        return [f"{head[:-1]},{listing}}}"]

    def close(self) -> None:
        """Listen no more."""
        self._modules.leave(self._woken)
