"""HEAD wherever GET is: the same answer without its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_STREAMS = ("/events", "/export", "/live")
"""What would be made for nothing, or for ever."""


class Heads:
    """Asks for what a HEAD names as a GET would; uvicorn keeps the body back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, as another method where it is a HEAD."""
        if is_head(scope):
            await self._app({**scope, "method": "GET"}, receive, send)
        else:
            await self._app(scope, receive, send)


def is_head(scope: Scope) -> bool:
    """Whether it is a HEAD that is answered; those of streams are refused by the routes."""
    if scope["type"] != "http" or scope["method"] != "HEAD":
        return False
    path: str = scope["path"]
    return path.startswith("/api/") and not is_stream(path)


def is_stream(path: str) -> bool:
    """Whether a GET of this path streams."""
    return path.endswith(_STREAMS)
