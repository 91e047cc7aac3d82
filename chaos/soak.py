"""``python -m chaos.soak [--rounds N]``: an hour's worth of events, and the memory of the server.

Each round starts runs that say all they have as fast as they can, listens to them with sockets
that read and one that does not, reads lists and logs, deletes what ended, and then looks how much
memory is the server's alone. Flat means that the last third of the rounds needs no more than the
third before it, but for what the allocator keeps.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

from benchmarks.bench_project import make
from benchmarks.serving import served

ROUNDS = 18
RUNS = 5
EVENTS = 4000
"""18 rounds of 5 runs of 4,000 events are what a run says in an hour at 100 events a second."""
SLACK_MB = 4.0
PATIENCE_S = 300


def main() -> int:
    """Exit 1 when the server's memory grew."""
    parser = argparse.ArgumentParser(prog="python -m chaos.soak")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often, at least 6")
    rounds = max(6, parser.parse_args().rounds)
    print(f"{rounds} rounds of {RUNS} runs of {EVENTS:,} events", flush=True)
    taken = []
    for mb in soak(rounds):
        taken.append(mb)
        print(f"  {mb:.1f} MB", end="", flush=True)
    print()
    third = len(taken) // 3
    before, after = median(taken[-2 * third : -third]), median(taken[-third:])
    print(f"middle third {before:.1f} MB, last third {after:.1f} MB")
    if after > before + SLACK_MB:
        print(f"VERDICT: it grew by {after - before:.1f} MB, more than {SLACK_MB:g}.")
        return 1
    print(f"VERDICT: flat, within {SLACK_MB:g} MB.")
    return 0


def soak(rounds: int) -> Iterator[float]:
    """Megabytes that are the server's alone, after each round."""
    with _server() as (process, client):
        body = {
            "experiment_module": "counting",
            "name": "soak",
            "configuration": {"events": EVENTS},
        }
        for _ in range(rounds):
            instance = client.post("/api/instances", json=body).raise_for_status().json()
            _round(client, instance["id"])
            client.delete(f"/api/instances/{instance['id']}").raise_for_status()
            yield process.memory_full_info().uss / 1e6


def _round(client: httpx.Client, instance_id: str) -> None:
    with ExitStack() as stack:
        idle = stack.enter_context(_listening(client, "experiments:runs:active"))
        runs = [
            client.post(f"/api/instances/{instance_id}/runs").raise_for_status().json()["id"]
            for _ in range(RUNS)
        ]
        tabs = [stack.enter_context(_listening(client, f"experiments:run:{run}")) for run in runs]
        for run, tab in zip(runs, tabs, strict=True):
            _until_ended(tab)
            _read(client, run)
        idle.socket.shutdown(2)  # it has read nothing; it may not be able to say goodbye


def _until_ended(tab: ClientConnection) -> None:
    """Read what comes until the run has ended."""
    while True:
        frame = json.loads(tab.recv(timeout=PATIENCE_S))
        run = frame.get("run") or frame.get("snapshot", {}).get("run") or {}
        if run.get("completed_at"):
            return


def _read(client: httpx.Client, run: str) -> None:
    for path in ("logs?limit=1000", "logs/search?text=characters&limit=100", "results?limit=200"):
        client.get(f"/api/runs/{run}/{path}").raise_for_status()
    client.get("/api/runs?limit=100").raise_for_status()


@contextmanager
def _listening(client: httpx.Client, topic: str) -> Iterator[ClientConnection]:
    url = str(client.base_url.join("/api/live")).replace("http", "ws", 1)
    with connect(url, proxy=None, max_size=None, ping_interval=None, close_timeout=1) as tab:
        tab.send(json.dumps({"op": "subscribe", "topic": topic}))
        yield tab


@contextmanager
def _server() -> Iterator[tuple[psutil.Process, httpx.Client]]:
    with TemporaryDirectory() as folder:
        make(Path(folder))
        with (
            served(Path(folder)) as server,
            httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE_S) as client,
        ):
            yield server.process, client


if __name__ == "__main__":
    raise SystemExit(main())
