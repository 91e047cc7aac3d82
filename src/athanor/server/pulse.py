"""The one place that looks whether somebody has written, for everyone who waits for news."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from athanor.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LOOK_S = 0.02
REST_S = 0.5


class Pulse:
    """Wakes those who wait whenever a number changes, and every half second anyway.

    It looks in a thread of its own, since handing each look to one costs more than the look, and
    only while somebody waits. ``stopping`` tells that the server ends; a signal handler may set it.
    """

    def __init__(self, version: Callable[[], int]) -> None:
        self._version = version
        self._changed = asyncio.Event()
        self._waiting = 0
        self._wanted = threading.Event()
        self._over = threading.Event()
        self.stopping = False

    def beat(self) -> asyncio.Event:
        """What is set at the next change; take it before looking, then nothing is missed."""
        return self._changed

    async def wait(self, beat: asyncio.Event, patience_s: float = REST_S) -> None:
        """Until that change, or for half a second, or as long as there is patience."""
        self._waiting += 1
        self._wanted.set()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(beat.wait(), min(patience_s, REST_S))
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Look for as long as the block lasts."""
        loop = asyncio.get_running_loop()
        looking = threading.Thread(target=self._look, args=(loop,), name="pulse", daemon=True)
        looking.start()
        try:
            yield
        finally:
            self._over.set()
            self._wanted.set()
            await run_in_threadpool(looking.join)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        seen = -1
        while not self._over.wait(LOOK_S):
            if not self._waiting:  # nobody costs nothing
                self._wanted.clear()
                if not self._waiting:  # asked again: somebody may have come in between
                    self._wanted.wait()
                continue
            with suppress(Unavailable):  # those who wait look by themselves after a while
                version = self._version()
                if version != seen:
                    seen = version
                    loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
