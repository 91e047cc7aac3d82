"""Every list reads an index in its order: nothing is scanned, nothing sorted."""

from __future__ import annotations

import re
from itertools import product

import pytest
from sqlalchemy import event
from store_givens import HOME, ask, minutes, on_sqlite, stored_instance, stored_run

from athanor.domain.output import Level
from athanor.domain.run import RunStatus
from athanor.store import (
    attempts,
    changes,
    instance_lists,
    instances,
    logs,
    marks,
    results,
    run_lists,
    runs,
    usage,
    waiting,
)
from athanor.store.changes import Place
from athanor.store.instance_lists import Sort
from athanor.store.paging import cursor
from athanor.store.run_lists import Wanted

pytestmark = on_sqlite

RUN = "01a1fa1e-12a3-7a03-aec2-e36046810082"
LATER = cursor(minutes(5), "name", RUN)
NEVER = cursor(None, "name", RUN)

FILTERS = {
    "an instance": Wanted(instance_id=RUN),
    "an experiment": Wanted(module="m"),
    "an instance and an experiment": Wanted(instance_id=RUN, module="m"),
    "a name": Wanted(name_contains="n"),
    "a name and an experiment": Wanted(module="m", name_contains="n"),
    "a span of time": Wanted(since=minutes(1), until=minutes(9)),
    "an experiment in a span of time": Wanted(module="m", since=minutes(1), until=minutes(9)),
}


def filtered_lists():
    """Runs by everything they can be looked for, alone, with statuses, and further on."""
    for (name, wanted), status in product(FILTERS.items(), (None, RunStatus.FAILED, RunStatus)):
        told = "" if status is None else f" and {'statuses' if status is RunStatus else status}"
        yield name + told, _runs_list(wanted, status)


def _runs_list(wanted, status):
    return lambda c: run_lists.page(c, wanted, limit=5, after=cursor(RUN), status=status)


def _counts(wanted):
    return lambda c: run_lists.counts(c, wanted)


PLACES = {Sort.LAST_RUN: LATER, Sort.NAME: cursor("name", RUN), Sort.CREATED: cursor(RUN)}


def sorted_lists():
    """Instances in every order, of all experiments or one, of all statuses or some, further on."""
    two = (RunStatus.FAILED, RunStatus.RUNNING)
    for sort, module, status in product(Sort, (None, "m"), ((), two)):
        for after in (None, PLACES[sort]):
            options = {"sort": sort, "module": module, "status": status, "after": after}
            name = ", ".join(f"{key} {value}" for key, value in options.items())
            yield name, _instances_list(options)


def _instances_list(options):
    return lambda c: instance_lists.page(c, limit=5, **options)


LISTS = {
    "instances": lambda c: instance_lists.page(c, limit=5),
    "instances after one never run": lambda c: instance_lists.page(c, limit=5, after=NEVER),
    "instances after one": lambda c: instance_lists.page(c, limit=5, after=LATER),
    "instances of a module": lambda c: instance_lists.page(c, limit=5, module="m", after=LATER),
    **{f"instances: {name}": read for name, read in sorted_lists()},
    "an instance": lambda c: instances.get(c, RUN),
    "an instance by a part of its id": lambda c: instances.find(c, RUN[-8:]),
    "live runs": lambda c: instances.live_runs(c, RUN),
    "instances being deleted": lambda c: instances.marked(c, HOME),
    "runs": lambda c: run_lists.page(c, limit=5),
    "runs after one": lambda c: run_lists.page(c, limit=5, after=cursor(RUN)),
    **{f"runs: {name}": read for name, read in filtered_lists()},
    **{f"counts: {name}": _counts(wanted) for name, wanted in FILTERS.items()},
    "counts: all": run_lists.counts,
    "a row of a level": lambda c: marks.line_of(c, RUN, [Level.WARN], 7),
    "a row of levels": lambda c: marks.line_of(c, RUN, [Level.WARN, Level.ERROR], 7),
    "a run by a part of its id": lambda c: runs.find(c, RUN[-8:]),
    "runs being deleted": lambda c: runs.marked(c, HOME),
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
    "small results": lambda c: results.small_page(
        c, RUN, limit=5, order="key", after=cursor("k", 1, 2), key_prefix="k"
    ),
    "newest results": lambda c: results.newest(c, RUN, 5),
    "results of a key": lambda c: results.by_key(c, RUN, "k"),
    "results between": lambda c: results.between(c, RUN, 1, 0, 100),
    "key counts": lambda c: results.key_counts(c, RUN, limit=5, after=cursor("k")),
    "values": lambda c: results.values(c, RUN, limit=5, after=cursor(1, 2)),
}

# Whole lists: an index read in its order, or against it, until the page is full.
IN_ORDER = {
    f"SCAN {index.replace(' ', ' USING INDEX ')}"
    for index in (
        "experiment_runs sqlite_autoindex_experiment_runs_1",
        "experiment_instances sqlite_autoindex_experiment_instances_1",
        "experiment_instances ix_experiment_instances_name",
        "experiment_instances ix_experiment_instances_deleting",  # only rows that are
        "experiment_runs ix_experiment_runs_deleting",
    )
}
SORTED = "USE TEMP B-TREE FOR ORDER BY"
SOME = {
    # A text may stand anywhere in a name: every name is looked at, then the newest run of each
    # instance that was found, of which the newest are taken.
    "a name": {"SCAN experiment_instances", "SCAN (subquery)", "SCAN anon_1", SORTED},
    "counts: ": {"SCAN (subquery)"},  # of the instances that are being deleted: an empty list
    "newest changes": {"SCAN changes"},  # in the order of its key, until there is one
    # Those that share the end of their ids: one or two.
    "by a part of its id": {SORTED},
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
            re.sub(r"(?<=subquery)-\d+", "", row.detail)
            for statement, parameters in seen
            for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_reads_its_index_in_order(database, name):
    steps = plans_of(database, LISTS[name])
    assert steps
    some = [steps for words, steps in SOME.items() if words in name]
    allowed = IN_ORDER.union(NO_TABLE, *some)
    for step in steps:
        assert "TEMP B-TREE" not in step or step in allowed
        assert not step.startswith("SCAN") or step in allowed


def test_open_attempts_are_found_through_the_live_runs(database):
    for ask_for in (attempts.open_attempts, attempts.standing):
        steps = plans_of(database, lambda c, ask_for=ask_for: ask_for(c, home=HOME))
        assert steps
        assert not any(step.startswith("SCAN") for step in steps)


@pytest.mark.parametrize("name", ["asking for GPUs", "held GPUs"])
def test_runs_that_ask_for_gpus_are_found_without_reading_the_others(database, name):
    assert "ix_experiment_runs_gpu_queue" in " ".join(plans_of(database, LISTS[name]))


LOGS = "SELECT * FROM run_logs WHERE run_id = :run"
IN_SQL = {
    f"{LOGS} ORDER BY line": "PRIMARY KEY (run=?)",
    f"{LOGS} AND line > 7 ORDER BY line LIMIT 5": "PRIMARY KEY (run=? AND line>?)",
    f"{LOGS} ORDER BY line DESC LIMIT 5": "PRIMARY KEY (run=?)",
    f"{LOGS} AND level = 'error' ORDER BY line": "ix_log_lines_level (run=? AND level=?)",
    f"{LOGS} AND level = 'error' AND line > 7 ORDER BY line DESC LIMIT 5": (
        "ix_log_lines_level (run=? AND level=? AND line>?)"
    ),
    "SELECT count(*) FROM run_logs WHERE run_id = :run AND level = 'warn'": (
        "ix_log_lines_level (run=? AND level=?)"
    ),
    "SELECT max(line) FROM run_logs WHERE run_id = :run": "PRIMARY KEY (run=?)",
    "SELECT l.message FROM experiment_runs AS r JOIN run_logs AS l ON l.run_id = r.id "
    "WHERE r.id = :run AND l.level = 'error' ORDER BY l.line LIMIT 5": (
        "ix_log_lines_level (run=? AND level=?)"
    ),
}


@pytest.mark.parametrize("query", IN_SQL)
def test_plain_sql_by_run_id_reads_an_index_of_the_lines_in_order(database, query):
    """OPS-03."""
    with database.read() as c:
        steps = [row.detail for row in ask(c, f"EXPLAIN QUERY PLAN {query}", run=RUN)]
    assert IN_SQL[query] in steps[-1]
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("name", ["logs of levels", "first error"])
def test_lines_of_a_level_are_found_by_it(database, name):
    for step in plans_of(database, LISTS[name]):
        assert "run_numbers" in step or "SCALAR" in step or "ix_log_lines_level" in step
