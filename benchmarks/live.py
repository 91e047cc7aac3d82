"""From the call in the experiment to the client of a server: sockets and streams.

The floor is the same number of frames of the same size from a bare uvicorn to the same clients.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.bench_project import make
from benchmarks.figure import Figure, percentile, spread
from benchmarks.serving import served

CROWDS = ((10_000, 10, 60_000), (1000, 100, 6000))
"""Lines a second, how many listen, and lines in all."""
Begin = Callable[[], object]

LIMIT_S = 0.060
PROCESSES = 2


def figures() -> list[Figure]:
    """Each pace over sockets and over streams, and the floor of both."""
    found: list[Figure] = []
    for pace, crowd, lines in CROWDS:
        floor = bare(pace, crowd, lines)
        found += [
            _figure(kind, pace, crowd, told(kind, pace, crowd, lines), floor)
            for kind in ("socket", "stream")
        ]
    return found


def _figure(kind: str, pace: int, crowd: int, delays: list[float], floor: list[float]) -> Figure:
    high = percentile(delays, 99)
    heard = len(delays) / len(floor)
    return Figure(
        f"call to {crowd} {kind}s, {pace:,} lines/s",
        spread(delays, "ms", 1e3) + (f", {heard:.0%} told" if heard < 1 else ""),
        floor=f"floor {spread(floor, 'ms', 1e3)}",
        ratio=high / percentile(floor, 99),
        limit=f"p99 <= {LIMIT_S * 1e3:g} ms",
        met=high <= LIMIT_S,
    )


def told(kind: str, pace: int, crowd: int, lines: int) -> list[float]:
    """Seconds from each call until each client had its line."""
    with _server() as client:
        body = {
            "experiment_module": "steady",
            "name": "bench",
            "configuration": {"lines": lines, "per_second": pace, "wait_s": 3},
        }
        instance = client.post("/api/instances", json=body).raise_for_status().json()
        run = client.post(f"/api/instances/{instance['id']}/runs").raise_for_status().json()
        return _heard(client.base_url.port or 0, kind, run["id"], crowd, lines)


def bare(pace: int, crowd: int, lines: int) -> list[float]:
    """The same seconds where nothing is stored and nobody works but uvicorn."""
    command = [sys.executable, "-m", "benchmarks.live_floor", str(pace), str(lines)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        stdin = process.stdin

        def begin() -> None:
            stdin.write("go\n")
            stdin.flush()

        return _heard(port, "socket", "floor", crowd, lines, begin)
    finally:
        process.kill()
        process.wait()


def _heard(  # noqa: PLR0917 - where, what, of which run, how many, how much, and when
    port: int, kind: str, run_id: str, crowd: int, lines: int, begin: Begin = lambda: None
) -> list[float]:
    share = crowd // PROCESSES
    command = [sys.executable, "-m", "benchmarks.live_listener"]
    command += [str(port), kind, run_id, str(share), str(lines)]
    listeners = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for listener in listeners:
        assert listener.stdout is not None
        listener.stdout.readline()
    begin()
    told = [json.loads(listener.communicate()[0]) for listener in listeners]
    return [delay_us / 1e6 for delays in told for delay_us in delays]


@contextmanager
def _server() -> Iterator[httpx.Client]:
    with TemporaryDirectory() as folder:
        make(Path(folder))
        with (
            served(Path(folder)) as server,
            httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
        ):
            yield client
