"""How many trivial runs a second, all queued at once, beside as many pairs of forks alone."""

from __future__ import annotations

import os
import time

from athanor.domain.run import RunStatus
from benchmarks.bench_project import harness
from benchmarks.figure import Figure

RUNS = int(os.environ.get("BENCH_RUNS", "2000"))
WANTED_PER_S = 40


def figures() -> list[Figure]:
    """One figure; every run must have completed with the one line it says."""
    with harness("first_line") as (opened, instance):
        opened.wait(opened.start_run(instance.id).id)
        start_s = time.perf_counter()
        asked = [opened.start_run(instance.id, wait=False).id for _ in range(RUNS)]
        queued_s = time.perf_counter() - start_s
        for run_id in asked:
            ended = opened.wait(run_id)
            if ended.status is not RunStatus.COMPLETED or ended.log_counts.total != 1:
                raise SystemExit(f"run {run_id} is {ended.status}: {ended.error}")
        per_s = RUNS / (time.perf_counter() - start_s)
    floor_per_s = _forks_per_s()
    return [
        Figure(
            f"{RUNS:,} trivial runs queued at once",
            f"{per_s:.1f} runs/s, all queued in {queued_s:.1f} s",
            f"two forks each {floor_per_s:.0f}/s",
            per_s / floor_per_s,
            f"at least {WANTED_PER_S} runs/s",
            per_s >= WANTED_PER_S,
        )
    ]


def _forks_per_s(times: int = 100) -> float:
    start_s = time.perf_counter()
    for _ in range(times):
        child = os.fork()
        if child == 0:
            grandchild = os.fork()
            if grandchild:
                os.waitpid(grandchild, 0)
            os._exit(0)
        os.waitpid(child, 0)
    return times / (time.perf_counter() - start_s)
