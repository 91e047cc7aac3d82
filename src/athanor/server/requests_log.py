"""One line a request, when that is wanted: JSON, with its duration."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class RequestsLog:
    """Writes to stderr what was asked, how it was answered, and how long that took.

    The query is left out: it may hold a token.
    """

    def __init__(self, app: ASGIApp, *, enabled: bool) -> None:
        self._app = app
        self._enabled = enabled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as before, then write."""
        if not self._enabled or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun_s = time.perf_counter()
        told: dict[str, Any] = {"status": 0, "sent_bytes": 0}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
            told["sent_bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            told["duration_s"] = round(time.perf_counter() - begun_s, 6)
            client = (scope.get("client") or ("",))[0]
            line = {"method": scope["method"], "path": scope["path"], "client": client, **told}
            sys.stderr.write(json.dumps(line) + "\n")
            sys.stderr.flush()
