"""One connection: who opens it and then does not ask is not waited for."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

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
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()
