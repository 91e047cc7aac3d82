"""Turns for what may wait for others: an author's code, a supervisor. The rest never waits for it.

Whoever waits for a turn holds no thread; there are 40 of those for all requests.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from athanor.errors import TooBusy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PATIENCE_S = 5.0


class Turns:
    """So many at a time; TooBusy for whoever has waited long."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    async def one(self) -> AsyncIterator[None]:
        """Take a turn, and give it back at the end."""
        try:
            await asyncio.wait_for(self._free.acquire(), PATIENCE_S)
        except TimeoutError:
            raise TooBusy from None
        try:
            yield
        finally:
            self._free.release()


async def _reading(request: Request) -> AsyncIterator[None]:
    async for _ in request.app.state.reading_code.one():
        yield


async def _naming(request: Request) -> AsyncIterator[None]:
    if ":" in request.query_params.get("experiment", ":"):
        yield
    else:
        async for _ in request.app.state.reading_code.one():
            yield


async def _starting(request: Request) -> AsyncIterator[None]:
    async for _ in request.app.state.starting_runs.one():
        yield


ReadsCode = Annotated[None, Depends(_reading, scope="function")]
"""For routes that may wait for an import or a validator of an author."""

NamesExperiment = Annotated[None, Depends(_naming, scope="function")]
"""For lists that may be asked for by an experiment's short name, which is looked for in code."""

StartsRuns = Annotated[None, Depends(_starting, scope="function")]
"""For routes that wait until a run has started."""
