"""One connection: who opens it and then does not ask, or does not listen, is not waited for."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEAD_PATIENCE_S = 5.0
"""How long the head of a request may take; uvicorn itself waits for ever for the first one."""


class Connection(H11Protocol):
    """uvicorn's, with a limit on the time that the head of the first request takes."""

    _first: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count."""
        super().connection_made(transport)
        self._first = self.loop.call_later(HEAD_PATIENCE_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        if self._first is not None:
            self._first.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        still_http = self.transport.get_protocol() is self
        if still_http and self.cycle is None and not self.transport.is_closing():
            self.transport.close()


class Socket(WebSocketsSansIOProtocol):
    """uvicorn's; one whose client takes nothing any more is cut off when it is given up.

    A connection is closed once all is sent, which would be never.
    """

    async def run_asgi(self) -> None:
        """Serve it, then cut off what cannot be sent."""
        await super().run_asgi()
        self._cut_off()

    def keepalive_timeout(self) -> None:
        """Nobody answers."""
        super().keepalive_timeout()
        self._cut_off()

    def _cut_off(self) -> None:
        if not self.writable.is_set():
            self.transport.abort()
