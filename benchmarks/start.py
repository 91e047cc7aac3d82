"""From ``start_run`` to the first line of the author's code, beside two forks alone.

A moment passes between two starts, so that the nursery is warm: a spare runner waits.
"""

from __future__ import annotations

import os
import time

from athanor.domain.moment import to_us
from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile, spread

STARTS = 100
PAUSE_S = 0.25


def figures() -> list[Figure]:
    """Starts one after the other with a warm nursery, interleaved with the floor."""
    starts, floors = [], []
    with harness("first_line") as (opened, instance):
        opened.wait(opened.start_run(instance.id).id)
        for _ in range(STARTS):
            asked_us = time.time_ns() // 1000
            run = opened.start_run(instance.id, wait=False)
            opened.wait(run.id)
            (line,) = opened.list_logs(run.id)
            starts.append((to_us(line.timestamp) - asked_us) / 1e6)
            floors.append(_two_forks_s())
            time.sleep(PAUSE_S)
    median, high = percentile(starts, 50), percentile(starts, 99)
    shown = spread(floors, "ms", 1e3)
    ratio = median / percentile(floors, 50)
    value = spread(starts, "ms", 1e3)
    limit = "p50 <= 15 ms, p99 <= 50 ms"
    return [
        Figure(
            "start_run to first line, warm",
            value,
            f"two forks {shown}",
            ratio,
            limit,
            median <= 0.015 and high <= 0.050,
        )
    ]


def _two_forks_s() -> float:
    """A process that forks a process, until both are gone."""
    start_s = time.perf_counter()
    child = os.fork()
    if child == 0:
        grandchild = os.fork()
        if grandchild:
            os.waitpid(grandchild, 0)
        os._exit(0)
    os.waitpid(child, 0)
    return time.perf_counter() - start_s
