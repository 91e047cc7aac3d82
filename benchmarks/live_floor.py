"""The floor of the live figures: frames of the same size and pace, from nothing but uvicorn.

``python -m benchmarks.live_floor LINES_PER_S LINES``: says its port, then tells all who listen.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from datetime import UTC, datetime
from typing import Any

import uvicorn

from athanor.server.connection import Socket

WINDOW_S = 0.02


def _frame(lines: int) -> str:
    line = {
        "id": "00000000-00da-8001-8e37-75eb84f40243",
        "run_id": "01a1fe9b-0e47-7433-8e37-75eb84f40243",
        "attempt": 1,
        "seq": 218_000,
        "line": 10_000,
        "level": "info",
        "message": "a message of thirty characters",
        "metadata": {"number": 10_000},
        "timestamp": datetime.now(UTC).isoformat(),
        "inserted_at": datetime.now(UTC).isoformat(),
        "cut": False,
    }
    text = json.dumps(line, separators=(",", ":"))
    return f'{{"event":"logs_added","logs":[{",".join([text] * lines)}]}}'


class Floor:
    """Tells everybody the same, each by a task of its own."""

    def __init__(self, per_second: int, lines: int) -> None:
        self._each = max(1, round(per_second * WINDOW_S))
        self._left = lines
        self._frame = ""
        self._changed = asyncio.Event()
        self.begin = asyncio.Event()

    async def tell(self) -> None:
        """One window after the other."""
        await self.begin.wait()
        while self._left > 0:
            await asyncio.sleep(WINDOW_S)
            self._left -= self._each
            self._frame = _frame(self._each)
            self._changed.set()
            self._changed = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One socket."""
        if scope["type"] != "websocket":
            return
        await send({"type": "websocket.accept"})
        await receive()
        await receive()
        await send({"type": "websocket.send", "text": '{"event":"subscribed"}'})
        while self._left > 0:
            await self._changed.wait()
            await send({"type": "websocket.send", "text": self._frame})
        await asyncio.sleep(5)


async def _serve() -> None:
    floor = Floor(*map(int, sys.argv[1:]))
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        floor, ws=Socket, log_level="error", lifespan="off", ws_per_message_deflate=False
    )
    serving = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
    print(listener.getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    floor.begin.set()
    await floor.tell()
    await serving


if __name__ == "__main__":
    asyncio.run(_serve())
