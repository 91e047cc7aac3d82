"""What the queue costs while ten thousand runs wait, beside the same while ten do."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from sqlalchemy import insert, select, update

from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import RunStatus
from athanor.harness import Harness
from athanor.store.tables import experiment_runs
from benchmarks.bench_project import harness
from benchmarks.figure import Figure

FEW = 10
MANY = 10_000
TIMES = 50


def figures() -> list[Figure]:
    """Each question asked many times with few waiting, then with many; medians."""
    with harness("steady", lines=10_000, per_second=1) as (opened, instance):
        working = [opened.start_run(instance.id) for _ in range(opened.settings.max_running)]
        waiting = _queued(opened, instance, FEW)
        few = _asked(opened, instance, waiting)
        waiting += _queued(opened, instance, MANY - FEW)
        many = _asked(opened, instance, waiting)
        _forget(opened, waiting)
        for run in working:
            opened.cancel_run(run.id, force=True)
            opened.wait(run.id)
    return [
        Figure(
            f"{name}, {MANY:,} waiting",
            f"{many[name] * 1e3:.2f} ms",
            f"{FEW} waiting {few[name] * 1e3:.2f} ms",
            many[name] / few[name],
            "at most 20 ms",
            many[name] <= 0.02,
        )
        for name in few
    ]


def _asked(opened: Harness, instance: Instance, waiting: list[str]) -> dict[str, float]:
    added: list[str] = []
    return {
        "the place of the last": _median_s(lambda: opened.queue_place(waiting[-1])),
        "a page of those waiting": _median_s(lambda: opened.list_runs(status=RunStatus.PENDING)),
        "one more": _median_s(lambda: added.append(opened.start_run(instance.id, wait=False).id)),
        "cancelling one": _median_s(lambda: opened.cancel_run(added.pop())),
    }


def _median_s(call: Callable[[], object]) -> float:
    spent = []
    for _ in range(TIMES):
        start_s = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start_s)
    return statistics.median(spent)


def _queued(opened: Harness, instance: Instance, number: int) -> list[str]:
    """So many runs that wait, copies of one row."""
    one = opened.create_run(instance.id)
    with opened._database.write() as c:
        row = c.execute(select(experiment_runs).where(experiment_runs.c.id == one.id)).one()
        rows = [row._asdict() | {"id": new_id(), "queued_at": now()} for _ in range(number)]
        c.execute(insert(experiment_runs), rows)
    return [row["id"] for row in rows]


def _forget(opened: Harness, waiting: list[str]) -> None:
    """Take those that wait out of the queue, all at once."""
    with opened._database.write() as c:
        gone = experiment_runs.c.id.in_(waiting)
        c.execute(update(experiment_runs).where(gone).values(status=str(RunStatus.CANCELLED)))
