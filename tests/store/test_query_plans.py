"""Every list reads an index in its order: nothing is scanned, nothing sorted."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from store_givens import HOME, minutes, on_sqlite, stored_instance, stored_run

from athanor.domain.output import Level
from athanor.domain.run import RunStatus
from athanor.store import attempts, changes, instances, logs, results, runs, usage, waiting
from athanor.store.changes import Place
from athanor.store.paging import cursor

pytestmark = on_sqlite

RUN = "01a1fa1e-12a3-7a03-aec2-e36046810082"
LATER = cursor(minutes(5), "name", RUN)
NEVER = cursor(None, "name", RUN)

LISTS = {
    "instances": lambda c: instances.page(c, limit=5),
    "instances after one never run": lambda c: instances.page(c, limit=5, after=NEVER),
    "instances after one": lambda c: instances.page(c, limit=5, after=LATER),
    "instances of a module": lambda c: instances.page(c, limit=5, module="m", after=LATER),
    "an instance": lambda c: instances.get(c, RUN),
    "live runs": lambda c: instances.live_runs(c, RUN),
    "runs": lambda c: runs.page(c, limit=5),
    "runs after one": lambda c: runs.page(c, limit=5, after=cursor(RUN)),
    "runs of an instance": lambda c: runs.page(c, limit=5, instance_id=RUN),
    "runs of a status": lambda c: runs.page(c, limit=5, status=RunStatus.FAILED),
    "runs of statuses of an instance": lambda c: runs.page(
        c, limit=5, instance_id=RUN, status=list(RunStatus), after=cursor(RUN)
    ),
    "runs of a span of time": lambda c: runs.page(
        c, limit=5, since=minutes(1), until=minutes(9), status=RunStatus.FAILED
    ),
    "runs of an experiment and a name": lambda c: runs.page(
        c, limit=5, module="m", name_contains="n", after=cursor(RUN)
    ),
    "lines that contain": lambda c: logs.search(
        c, RUN, "loss", limit=5, lines=range(1, 9), levels=[Level.WARN], newest=True
    ),
    "startable": lambda c: waiting.startable(c, home=HOME, limit=5),
    "startable of those chosen": lambda c: waiting.startable(c, home=HOME, limit=5, chosen=[RUN]),
    "asking for GPUs": lambda c: waiting.asking_for_gpus(c, home=HOME, limit=5),
    "held GPUs": lambda c: attempts.held_gpus(c, "machine"),
    "usage": lambda c: usage.series(c, RUN),
    "changes since": lambda c: changes.since(c, Place(5)),
    "newest changes": changes.newest,
    "stamps": lambda c: runs.stamps(c, [RUN]),
    "several runs": lambda c: runs.several(c, [RUN]),
    "several instances": lambda c: instances.several_with_stats(c, [RUN]),
    "progress of those at work": lambda c: runs.progress_of_running(c, 5),
    "live count": lambda c: waiting.live_count(c, HOME),
    "logs": lambda c: logs.page(c, RUN, limit=5),
    "logs after": lambda c: logs.page(c, RUN, limit=5, after_line=7),
    "logs before": lambda c: logs.page(c, RUN, limit=5, before_line=7),
    "newest logs": lambda c: logs.page(c, RUN, limit=5, newest=True),
    "logs of levels": lambda c: logs.page(
        c, RUN, limit=5, levels=[Level.WARN, Level.ERROR], after_line=3
    ),
    "first error": lambda c: logs.first_of_level(c, RUN, Level.ERROR),
    "line at": lambda c: logs.line_at_or_after(c, RUN, 1, 5),
    "results by time": lambda c: results.page(c, RUN, limit=5, after=cursor(1, 2)),
    "results by time, back": lambda c: results.page(c, RUN, limit=5, descending=True),
    "results by key": lambda c: results.page(
        c, RUN, limit=5, order="key", after=cursor("k", 1, 2), key_prefix="k"
    ),
    "results by key, back": lambda c: results.page(
        c, RUN, limit=5, order="key", descending=True, after=cursor("k", 1, 2)
    ),
    "newest results": lambda c: results.newest(c, RUN, 5),
    "results of a key": lambda c: results.by_key(c, RUN, "k"),
    "results between": lambda c: results.between(c, RUN, 1, 0, 100),
    "key counts": lambda c: results.key_counts(c, RUN, limit=5, after=cursor("k")),
    "values": lambda c: results.values(c, RUN, limit=5, after=cursor(1, 2)),
}

# All runs, newest first: the primary key read backward until the page is full.
FROM_THE_END = {
    "SCAN experiment_runs USING INDEX sqlite_autoindex_experiment_runs_1",
    "SCAN changes",
}
# A sum of two counts: no table is read but through their indexes.
NO_TABLE = {"SCAN CONSTANT ROW"}


def plans_of(database, read):
    """The steps of every query that ``read`` makes."""
    stored_run(database, stored_instance(database))
    seen = []

    def note(*told):
        statement, parameters = told[2], told[3]
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    with database.read() as c:
        event.listen(c, "before_cursor_execute", note)
        read(c)
        event.remove(c, "before_cursor_execute", note)
        return [
            row.detail
            for statement, parameters in seen
            for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_reads_its_index_in_order(database, name):
    steps = plans_of(database, LISTS[name])
    assert steps
    for step in steps:
        assert "TEMP B-TREE" not in step
        assert not step.startswith("SCAN") or step in FROM_THE_END | NO_TABLE


def test_open_attempts_are_found_through_the_live_runs(database):
    steps = plans_of(database, lambda c: attempts.open_attempts(c, home=HOME))
    assert not any(step.startswith("SCAN") for step in steps)


@pytest.mark.parametrize("name", ["asking for GPUs", "held GPUs"])
def test_runs_that_ask_for_gpus_are_found_without_reading_the_others(database, name):
    assert "ix_experiment_runs_gpu_queue" in " ".join(plans_of(database, LISTS[name]))
