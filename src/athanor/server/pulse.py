"""The one place that looks whether somebody has written, for everyone who waits for news."""

from __future__ import annotations

import asyncio
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

    ``stopping`` tells them that the server ends; a signal handler may set it.
    """

    def __init__(self, version: Callable[[], int]) -> None:
        self._version = version
        self._changed = asyncio.Event()
        self._waiting = 0
        self._wanted = asyncio.Event()
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
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()

    async def _look(self) -> None:
        seen = -1
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._waiting:  # nobody costs nothing
                self._wanted.clear()
                await self._wanted.wait()
            with suppress(Unavailable):  # those who wait look by themselves after a while
                version = await run_in_threadpool(self._version)
                if version != seen:
                    seen = version
                    self._changed.set()
                    self._changed = asyncio.Event()
