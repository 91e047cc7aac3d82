"""``athanor mcp``: the protocol on stdin and stdout, with no server, on the data directory."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from athanor.errors import DatabaseAway
from athanor.harness import Harness
from athanor.server.mcp.desk import Desk
from athanor.server.pulse import Pulse
from athanor.server.turns import Turns

if TYPE_CHECKING:
    from athanor.settings import Settings


def serve(settings: Settings) -> None:
    """Answer until stdin closes, or a signal ends it. Runs live on, and are looked after.

    What opening the data directory may raise.
    """
    with Harness.open(settings=settings) as harness:
        harness.supervise()
        asyncio.run(_serve(harness))
        _leave(harness)


async def _serve(harness: Harness) -> None:
    pulse = Pulse(harness.version)
    desk = Desk(
        harness=harness,
        pulse=pulse,
        reading_code=Turns(at_once=8),
        starting_runs=Turns(at_once=16),
        serves_files=False,
    )
    told = _noted_signals()
    ending = asyncio.create_task(_end(told, harness))
    async with pulse.beating():
        await _speak(desk)
    ending.cancel()


async def _speak(desk: Desk) -> None:
    from mcp.server.stdio import stdio_server

    from athanor.server.mcp.protocol import make_server

    server = make_server(desk)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _noted_signals() -> asyncio.Event:
    """What is set by the first signal that asks this process to end."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


async def _end(told: asyncio.Event, harness: Harness) -> None:
    """End in order although a thread reads stdin, which nothing but its end can stop."""
    await told.wait()
    await asyncio.to_thread(_leave, harness)
    await asyncio.to_thread(harness.close)
    os._exit(0)


def _leave(harness: Harness) -> None:
    """Runs that outlive this process get a small supervisor, unless another one has them."""
    try:
        if harness.supervising and not harness.idle():
            harness.leave_behind()
    except DatabaseAway:  # then whoever comes next looks after them
        return
