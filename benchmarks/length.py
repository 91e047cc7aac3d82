"""A very long run beside a very short one: memory of every process, and what reading costs.

``BENCH_EVENTS=10000000`` for the long form.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil

from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile

if TYPE_CHECKING:
    from athanor.domain.run import Run
    from athanor.harness import Harness

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
SHORT = 10
READS = 50
GROWTH_MB = 20
RATIO = 2.0


def figures() -> list[Figure]:
    """How much every process grew between the first tenth and the end, and reads as ratios."""
    with harness("counting", events=EVENTS) as (opened, instance):
        short = opened.create_instance(
            experiment_module="counting", name="short", configuration={"events": SHORT}
        )
        few = opened.wait(opened.start_run(short.id).id)
        start_s = time.perf_counter()
        many, grown = _watched(opened, opened.start_run(instance.id))
        took_s = time.perf_counter() - start_s
        if many.log_counts.total + many.result_count != EVENTS:
            raise SystemExit(f"said {EVENTS:,}, stored {many.log_counts.total:,} lines")
        reads = [_read(opened, name, call, many, few) for name, call in _READS.items()]
    most = max(grown.values())
    shown = ", ".join(f"{name} {size / 1e6:.1f}" for name, size in grown.items())
    return [
        Figure(
            f"a run of {EVENTS:,} events, {took_s:.0f} s: growth",
            f"{shown} MB",
            limit=f"at most {GROWTH_MB} MB each",
            met=most <= GROWTH_MB * 1e6,
        ),
        *reads,
    ]


def _watched(opened: Harness, run: Run) -> tuple[Run, dict[str, int]]:
    """The ended run, and by how many bytes each process grew after the first tenth."""
    handle = opened.whereis(run.id)
    if handle is None:
        raise SystemExit("the run is over already; ask for more events")
    runner = psutil.Process(handle["pid"])
    early: dict[str, int] = {}
    latest: dict[str, int] = {}
    while not (now := opened.get_run(run.id)).status.final:
        latest |= _sizes(runner)
        if now.log_counts.total < EVENTS / 10:
            early = dict(latest)
        time.sleep(0.2)
    return now, {name: latest[name] - early[name] for name in early}


def _sizes(runner: psutil.Process) -> dict[str, int]:
    found = {"owner": psutil.Process(), "runner": runner}
    try:
        found |= zip(("task",), runner.children(), strict=False)
        return {name: process.memory_info().rss for name, process in found.items()}
    except psutil.NoSuchProcess:
        return {}


_READS: dict[str, Callable[[Harness, str], object]] = {
    "list of runs": lambda opened, run_id: opened.list_runs(limit=50),
    "newest 100 log lines": lambda opened, run_id: opened.list_logs(run_id, limit=100),
    "first 100 log lines": lambda opened, run_id: opened.list_logs(run_id, limit=100, after_line=0),
    "100 results": lambda opened, run_id: opened.list_results(run_id, limit=100),
}


def _read(
    opened: Harness, name: str, call: Callable[[Harness, str], object], many: Run, few: Run
) -> Figure:
    """A read on the long run beside the same on the short one, in turns."""
    long_s, short_s = [], []
    for _ in range(READS):
        long_s.append(_timed(lambda: call(opened, many.id)))
        short_s.append(_timed(lambda: call(opened, few.id)))
    a, b = percentile(long_s, 50), percentile(short_s, 50)
    return Figure(
        f"{name}, {EVENTS:,} events",
        f"p50 {a * 1e3:.2f} ms",
        f"run of {SHORT} {b * 1e3:.2f} ms",
        a / b,
        f"at most {RATIO:g}x, or 10 ms",
        a / b <= RATIO or a <= 0.010,
    )


def _timed(call: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    call()
    return time.perf_counter() - start_s
