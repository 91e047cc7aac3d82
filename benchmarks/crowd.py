"""Many runs at once that mostly sleep: whether each is on time, and what memory each costs.

Private pages are what a process shares with nobody: a runner and its task are forks of one warm
process, so their resident size says little.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile, spread

if TYPE_CHECKING:
    from athanor.harness import Harness

RUNS = int(os.environ.get("BENCH_CROWD", "200"))
TICKS = 20
EVERY_S = 1.0
MOST_MB = 15
LATE_S = 0.1
SETTLED = 5
"""After so many beats nothing of a start is under way any more: the surroundings are recorded."""


def figures() -> list[Figure]:
    """How late each tick was, and the private memory of runner and task together."""
    settings = {"ticks": TICKS, "every_ms": int(EVERY_S * 1000)}
    with harness("ticking", max_running=RUNS, **settings) as (opened, instance):
        asked = [opened.start_run(instance.id, wait=False).id for _ in range(RUNS)]
        while any(opened.get_run(run_id).log_counts.total < SETTLED for run_id in asked):
            time.sleep(0.5)
        memory = [_private_bytes(opened, run_id) for run_id in asked]
        for run_id in asked:
            opened.wait(run_id)
        lateness = [late for run_id in asked for late in _lateness(opened, run_id)]
    most = max(memory) / 1e6
    return [
        Figure(
            f"{RUNS} runs at once, lateness of a tick",
            spread(lateness, "ms", 1e3),
            limit=f"p99 <= {LATE_S * 1e3:g} ms",
            met=percentile(lateness, 99) <= LATE_S,
        ),
        Figure(
            f"{RUNS} runs at once, private memory of one",
            f"p50 {percentile(memory, 50) / 1e6:.1f} MB, most {most:.1f} MB",
            limit=f"at most {MOST_MB} MB",
            met=most <= MOST_MB,
        ),
    ]


def _private_bytes(opened: Harness, run_id: str) -> int:
    """Of the runner and everything below it."""
    handle = opened.whereis(run_id)
    if handle is None:
        raise SystemExit(f"run {run_id} ended before it was measured")
    runner = psutil.Process(handle["pid"])
    return sum(_private(process.pid) for process in (runner, *runner.children(recursive=True)))


def _private(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kilobytes = [int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")]
    return sum(kilobytes) * 1024


def _lateness(opened: Harness, run_id: str) -> list[float]:
    """How much later than its beat each line was stored, in seconds."""
    lines = opened.list_logs(run_id, limit=TICKS)
    if len(lines) != TICKS:
        raise SystemExit(f"run {run_id} said {len(lines)} of {TICKS} lines")
    begun = lines[0].timestamp
    return [
        (line.inserted_at - begun).total_seconds() - number * EVERY_S
        for number, line in enumerate(lines)
    ]
