"""Many runs at once that mostly sleep: whether each is on time, and what memory each costs.

How late a line is stored stands beside how late it was said; how long storing took, beside a
process that inserts as many lines meanwhile; memory, beside two interpreters that do nothing.

Private pages are what a process shares with nobody: a runner and its task are forks of one warm
process, so their resident size says little.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks import bare
from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile, spread

if TYPE_CHECKING:
    from athanor.domain.output import LogLine
    from athanor.harness import Harness

RUNS = int(os.environ.get("BENCH_CROWD", "200"))
TICKS = 30
EVERY_S = 1.0
MOST_MB = 15
LATE_S = 0.1
STORED_S = 0.040
SETTLED = 5
"""After so many beats nothing of a start is under way any more: the surroundings are recorded."""


def figures() -> list[Figure]:
    """How late each tick was, and the private memory of runner and task together."""
    settings = {"ticks": TICKS, "every_ms": int(EVERY_S * 1000)}
    with harness("ticking", max_running=RUNS, **settings) as (opened, instance):
        asked = [opened.start_run(instance.id, wait=False).id for _ in range(RUNS)]
        while any(opened.get_run(run_id).log_counts.total < SETTLED for run_id in asked):
            time.sleep(0.5)
        children = _children()
        memory = [_private_bytes(opened, run_id, children) for run_id in asked]
        floor = bare.delays(RUNS, RUNS * 5)
        for run_id in asked:
            opened.wait(run_id)
        lines = {run_id: _lines(opened, run_id) for run_id in asked}
    return [_lateness(lines), _storing(lines, floor), _memory(memory)]


_Lines = dict[str, "list[LogLine]"]


def _lateness(lines: _Lines) -> Figure:
    said, stored = [], []
    for of_run in lines.values():
        begun = of_run[0].timestamp
        for number, line in enumerate(of_run):
            said.append((line.timestamp - begun).total_seconds() - number * EVERY_S)
            stored.append((line.inserted_at - begun).total_seconds() - number * EVERY_S)
    late = percentile(stored, 99)
    return Figure(
        f"{RUNS} runs at once, lateness of a tick",
        spread(stored, "ms", 1e3),
        f"said p99 {percentile(said, 99) * 1e3:.2f} ms late",
        late / percentile(said, 99),
        f"p99 <= {LATE_S * 1e3:g} ms",
        late <= LATE_S,
    )


def _storing(lines: _Lines, floor: list[float]) -> Figure:
    took = [
        (line.inserted_at - line.timestamp).total_seconds()
        for of_run in lines.values()
        for line in of_run
    ]
    return Figure(
        f"{RUNS} runs at once, storing a tick",
        spread(took, "ms", 1e3),
        f"a commit a line p99 {percentile(floor, 99) * 1e3:.2f} ms",
        percentile(took, 99) / percentile(floor, 99),
        f"p99 <= {STORED_S * 1e3:g} ms",
        percentile(took, 99) <= STORED_S,
    )


def _memory(memory: list[int]) -> Figure:
    most, idle = max(memory) / 1e6, 2 * _idle_bytes() / 1e6
    return Figure(
        f"{RUNS} runs at once, private memory of one",
        f"p50 {percentile(memory, 50) / 1e6:.1f} MB, most {most:.1f} MB",
        f"two idle interpreters {idle:.1f} MB",
        most / idle,
        f"at most {MOST_MB} MB",
        most <= MOST_MB,
    )


def _idle_bytes() -> int:
    """Of an interpreter that only waits for its input to end."""
    command = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as idle:
        if idle.stdout is None or idle.stdin is None:
            raise SystemExit("an interpreter without pipes")
        idle.stdout.readline()
        found = _private(idle.pid)
        idle.stdin.write(b"\n")
    return found


def _children() -> dict[int, list[int]]:
    """Who has started whom, looked up once: the supervisor works in this interpreter too."""
    found: dict[int, list[int]] = {}
    for process in psutil.process_iter(["ppid"]):
        found.setdefault(process.info["ppid"], []).append(process.pid)
    return found


def _private_bytes(opened: Harness, run_id: str, children: dict[int, list[int]]) -> int:
    """Of the runner and everything below it."""
    handle = opened.whereis(run_id)
    if handle is None:
        raise SystemExit(f"run {run_id} ended before it was measured")
    below = [handle["pid"]]
    for pid in below:
        below += children.get(pid, [])
    return sum(map(_private, below))


def _private(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kilobytes = [int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")]
    return sum(kilobytes) * 1024


def _lines(opened: Harness, run_id: str) -> list[LogLine]:
    found = opened.list_logs(run_id, limit=TICKS)
    if len(found) != TICKS:
        raise SystemExit(f"run {run_id} said {len(found)} of {TICKS} lines")
    return found
