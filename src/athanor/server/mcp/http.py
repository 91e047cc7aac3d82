"""``/mcp``: the protocol over streamable HTTP, behind the same checks as everything else."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from athanor.errors import Unavailable
from athanor.server.problems import answer_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from starlette.types import Receive, Scope, Send

    from athanor.server.mcp.desk import Desk

LOOK_S = 0.2
PATIENCE_S = 1.5
"""How long answers under way may take once the server was asked to end; less than its own."""
MOST_SESSIONS = 1_000
IDLE_S = 30 * 60


class AgentsDoor:
    """Brings in the SDK when the first agent comes: it costs a third more memory, and a moment.

    Sessions end with the server, streams among them; a client opens another one by itself.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wanted = asyncio.Event()
        self._known = asyncio.Event()
        self._sessions: StreamableHTTPSessionManager | None = None
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a GET is a stream and lasts as long as its session."""
        self._wanted.set()
        await self._known.wait()
        if self._sessions is None:
            error = Unavailable("The server is ending; try again when it is back.")
            await answer_to(error)(scope, receive, send)
            return
        counts = scope["method"] != "GET"
        self._answering += counts
        try:
            await self._sessions.handle_request(scope, receive, send)
        finally:
            self._answering -= counts

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Answer for as long as the block lasts, or until the server is asked to end."""
        serving = asyncio.create_task(self._serve())
        try:
            yield
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving

    async def _serve(self) -> None:
        await self._wanted.wait()
        try:
            sessions = await run_in_threadpool(_sessions, self._desk)
            async with sessions.run():
                self._sessions = sessions
                self._known.set()
                await self._until_told_to_end()
                self._sessions = None
        finally:
            self._known.set()

    async def _until_told_to_end(self) -> None:
        """Streams would hold up the server's end, so they end before it: answers come first."""
        while not self._desk.pulse.stopping:
            await asyncio.sleep(LOOK_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while self._answering:
                    await asyncio.sleep(LOOK_S / 10)


def _sessions(desk: Desk) -> StreamableHTTPSessionManager:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from athanor.server.mcp.protocol import make_server

    # No checks of the SDK's own: Host, Origin, token and the size of a body were looked at before,
    # by rules that know more names than it can be told.
    return StreamableHTTPSessionManager(
        make_server(desk), session_idle_timeout=IDLE_S, max_sessions=MOST_SESSIONS
    )
