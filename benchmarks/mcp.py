"""What a tool that reads takes over /mcp, beside a ping over the same session."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, percentile, spread
from benchmarks.rest import fill, server
from benchmarks.serving import asking

LIMIT_MS = 30
ROUNDS = 200


def figures() -> Iterator[Figure]:
    """Tools on a project with 50 runs and one of 100,000 lines and results."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address:
        ask = asking(address)
        run = fill(ask)
        instance = ask(f"/runs/{run}")["instance_id"]
        floor, taken = asyncio.run(_measured(address, run, instance))
    for name, times in taken.items():
        yield Figure(
            f"MCP: {name}",
            spread(times, "ms", 1000),
            f"ping {spread(floor, 'ms', 1000)}",
            percentile(times, 50) / percentile(floor, 50),
            f"p99 at most {LIMIT_MS} ms",
            percentile(times, 99) * 1000 <= LIMIT_MS,
        )


async def _measured(
    address: str, run: str, instance: str
) -> tuple[list[float], dict[str, list[float]]]:
    from mcp.client.client import Client

    async with Client(f"{address}/mcp", mode="legacy") as client:
        call = client.call_tool
        tools: dict[str, dict[str, Any]] = {
            "list_experiments": {},
            "get_experiment": {"id": instance},
            "list_runs": {"experiment_id": instance},
            "get_run": {"id": run},
            "get_run_logs": {"run_id": run},
            "list_results": {"run_id": run},
            "get_result_details": {"run_id": run, "key": "loss"},
            "list_available_modules": {},
        }
        floor = await _times(client.send_ping)
        return floor, {
            name: await _times(lambda name=name, given=given: call(name, given))
            for name, given in tools.items()
        }


async def _times(ask: Callable[[], Awaitable[Any]]) -> list[float]:
    found = []
    for _ in range(ROUNDS):
        begun_s = time.perf_counter()
        await ask()
        found.append(time.perf_counter() - begun_s)
    return found
