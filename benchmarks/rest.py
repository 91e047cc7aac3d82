"""What an answer takes: lists and checks over HTTP, beside the shortest answer there is."""

from __future__ import annotations

import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from athanor.client import Client
from benchmarks.figure import Figure, percentile, spread
from benchmarks.serving import asking, project_of, served

LIMIT_MS = 30
ROUNDS = 200
RUNS = 50
EXPERIMENT = """
import athanor
from pydantic import BaseModel


class Config(BaseModel):
    count: int = 10


@athanor.experiment(description="Says lines")
def lines(ctx: athanor.RunContext, config: Config) -> None:
    for number in range(config.count):
        ctx.log("info", f"line {number}")
        ctx.result("loss", {"value": number})
"""


def figures() -> Iterator[Figure]:
    """Lists of a project with 50 runs and one of 100,000 lines."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address:
        ask = asking(address)
        run = fill(ask)
        floor = _times(lambda: ask("/health"))
        for name, path, body in (
            ("50 runs", "/runs", None),
            ("50 instances", "/instances", None),
            ("100 newest of 100,000 log lines", f"/runs/{run}/logs?order=newest", None),
            ("100 log lines from the middle", f"/runs/{run}/logs?after_line=50000", None),
            ("50 of 100,000 results", f"/runs/{run}/results?order=key", None),
            ("the experiments", "/experiments", None),
            ("a configuration checked", "/experiments/lines/validate", {"configuration": {}}),
        ):
            taken = _times(lambda path=path, body=body: ask(path, body))
            yield _figure(name, taken, floor)
        yield _frame(address, run)


def _frame(address: str, run: str) -> Figure:
    """A frame of 100,000 results, beside the bytes of their export."""

    def export() -> None:
        with urllib.request.urlopen(f"{address}/api/runs/{run}/export?format=ndjson") as answer:
            answer.read()

    with Client(address) as client:
        client.health()
        floor_s = min(_taken(export) for _ in range(3))
        taken_s = min(_taken(lambda: client.results_frame(run)) for _ in range(3))
    return Figure(
        "client: a frame of 100,000 results",
        f"{taken_s:.2f} s",
        f"export {floor_s:.2f} s",
        taken_s / floor_s,
        "at most 4 times the export",
        taken_s <= 4 * floor_s,
    )


def _taken(work: Callable[[], Any]) -> float:
    begun_s = time.perf_counter()
    work()
    return time.perf_counter() - begun_s


def _figure(name: str, taken: list[float], floor: list[float]) -> Figure:
    return Figure(
        f"REST: {name}",
        spread(taken, "ms", 1000),
        f"health {spread(floor, 'ms', 1000)}",
        percentile(taken, 50) / percentile(floor, 50),
        f"p99 at most {LIMIT_MS} ms",
        percentile(taken, 99) * 1000 <= LIMIT_MS,
    )


def _times(ask: Callable[[], Any]) -> list[float]:
    found = []
    for _ in range(ROUNDS):
        begun_s = time.perf_counter()
        ask()
        found.append(time.perf_counter() - begun_s)
    return found


def fill(ask: Callable[..., Any]) -> str:
    """Make 50 runs, and one with 100,000 lines and results; the id of that one."""
    for count in [1] * RUNS + [100_000]:
        body = {"experiment_module": "lines", "name": "x", "configuration": {"count": count}}
        run = ask(f"/instances/{ask('/instances', body)['id']}/runs", {})
        while ask(f"/runs/{run['id']}")["completed_at"] is None:
            time.sleep(0.05)
    return str(run["id"])


@contextmanager
def server(project: Path) -> Iterator[str]:
    """A server on a project with one experiment; its address."""
    with served(project_of(project, "lines", EXPERIMENT)) as found:
        yield found.url
