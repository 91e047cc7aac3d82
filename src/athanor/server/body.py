"""Bodies are read whole before anyone works with them: no larger, and no slower, than is taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from athanor.errors import RequestTooLarge, RequestTooSlow
from athanor.server.problems import answer_to

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BYTES = 4 << 20
PATIENCE_S = 20.0


class WholeBody:
    """Reads the body of a request, and hands it on in one piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, or say that it is too large or too slow and close the connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await _body(scope, receive)
        except ClientDisconnect:
            return
        except (RequestTooLarge, RequestTooSlow) as error:
            answer = answer_to(error)
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


async def _body(scope: Scope, receive: Receive) -> bytes:
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if int(announced) > LARGEST_BYTES:
        raise _too_large(f"{int(announced)} bytes were announced")
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _pieces(receive)
    except TimeoutError:
        raise RequestTooSlow(
            f"The body did not arrive within {PATIENCE_S:g} s; send it again."
        ) from None


async def _pieces(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BYTES:
            raise _too_large("more came")
    return bytes(body)


def _too_large(what_came: str) -> RequestTooLarge:
    return RequestTooLarge(f"A body may have {LARGEST_BYTES} bytes; {what_came}.")


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever comes, which is that the client has gone."""
    given = False

    async def next_message() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message
