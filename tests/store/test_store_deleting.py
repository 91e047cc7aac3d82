"""Deleting: hidden at once, removed in batches, refused while something is live."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_givens import (
    HOME,
    a_log,
    a_result,
    a_start,
    chunk,
    claimed,
    minutes,
    set_status,
    stored_instance,
    stored_run,
)

from athanor.domain.identifier import new_id
from athanor.domain.instance import InstanceStats
from athanor.domain.run import RunStatus
from athanor.errors import InstanceBusy, InstanceNotFound, RunBusy, RunNotFound
from athanor.store import instance_lists, instances, run_lists, runs
from athanor.store.ingest import ingest
from athanor.store.removal import ONE_WRITER

TABLES = ("experiment_instances", "experiment_runs", "log_lines", "run_results", "run_attempts")


def an_ended_run(database, instance, logs=3, results=2):
    run = stored_run(database, instance)
    lines = [a_start(), *[a_log()] * logs, *[a_result()] * results]
    ingest(database, claimed(database, run), chunk(*lines))
    set_status(database, run, "completed")
    return run


def counts(database):
    with database.read() as c:
        return [c.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in TABLES]


def remove(database, noun, identifier, rows):
    calls = 1
    while True:
        with database.write() as c:
            if noun.remove_batch(c, identifier, replace(ONE_WRITER, rows=rows)):
                return calls
        calls += 1


def mark(database, noun, identifier):
    with database.write() as c:
        noun.mark_deleting(c, identifier)


def test_an_instance_goes_with_all_that_belongs_to_it_and_nothing_else(database):
    """INS-06."""
    gone, kept = stored_instance(database), stored_instance(database)
    for _ in range(2):
        an_ended_run(database, gone)
    an_ended_run(database, kept)
    mark(database, instances, gone.id)
    remove(database, instances, gone.id, rows=2000)
    assert counts(database) == [1, 1, 3, 2, 1]


def test_many_rows_go_in_many_short_calls(database):
    instance = stored_instance(database)
    an_ended_run(database, instance, logs=1000, results=500)
    mark(database, instances, instance.id)
    with database.write() as c:
        assert not instances.remove_batch(c, instance.id, replace(ONE_WRITER, rows=100))
    assert counts(database)[2] == 800
    assert remove(database, instances, instance.id, rows=100) >= 7
    assert counts(database) == [0, 0, 0, 0, 0]


def test_large_values_go_a_few_at_a_time(database):
    instance = stored_instance(database)
    run = stored_run(database, instance)
    large = [a_result("k", "x" * 600_000)] * 4
    ingest(database, claimed(database, run), chunk(*large))
    set_status(database, run, "completed")
    mark(database, runs, run.id)
    with database.write() as c:
        assert not runs.remove_batch(c, run.id, replace(ONE_WRITER, rows=1))
    assert counts(database)[3] == 2


def test_an_instance_with_a_live_run_is_kept_and_the_run_named(database):
    """INS-07."""
    instance = stored_instance(database)
    an_ended_run(database, instance)
    live = stored_run(database, instance)
    with pytest.raises(InstanceBusy, match=live.id):
        mark(database, instances, instance.id)
    with database.read() as c:
        assert instances.get(c, instance.id) == instance
        assert instances.live_runs(c, instance.id) == [live.id]


def test_what_is_marked_is_hidden_everywhere_at_once(database):
    instance = stored_instance(database, name="gone")
    run = an_ended_run(database, instance)
    mark(database, instances, instance.id)
    with database.read() as c:
        assert instances.get(c, instance.id) is None
        assert instances.find(c, "gone") == instances.find(c, instance.id) == []
        assert instance_lists.page(c, limit=5).items == []
        assert runs.get(c, run.id) is None
        assert runs.find(c, run.id) == []
        assert run_lists.page(c, limit=5).items == []
        assert sum(run_lists.counts(c).values()) == 0
        assert instances.marked(c, HOME) == [instance.id]
        assert instances.run_ids(c, instance.id) == [run.id]
    with pytest.raises(InstanceNotFound), database.write() as c:
        instances.update(c, instance.id, name="again")
    with pytest.raises(InstanceNotFound):
        stored_run(database, instance)
    with pytest.raises(InstanceNotFound):
        mark(database, instances, instance.id)


def test_a_run_goes_alone_and_the_stats_of_its_instance_follow(database):
    instance = stored_instance(database)
    kept = stored_run(database, instance, status=RunStatus.FAILED, inserted_at=minutes(1))
    gone = stored_run(database, instance, status=RunStatus.COMPLETED, inserted_at=minutes(2))
    mark(database, runs, gone.id)
    with database.read() as c:
        assert run_lists.page(c, limit=5).items == [kept]
        assert runs.marked(c, HOME) == [gone.id]
        assert instances.stats(c, instance.id) == InstanceStats(
            run_count=1, last_run_at=minutes(1), last_run_status=RunStatus.FAILED
        )
    remove(database, runs, gone.id, rows=10)
    mark(database, runs, kept.id)
    remove(database, runs, kept.id, rows=10)
    with database.read() as c:
        assert instances.stats(c, instance.id) == InstanceStats()
    assert counts(database) == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("status", [RunStatus.PENDING, RunStatus.RUNNING])
def test_a_live_run_is_kept(database, status):
    run = stored_run(database, status=status)
    with pytest.raises(RunBusy, match=run.id):
        mark(database, runs, run.id)


def test_what_is_not_marked_is_not_removed(database):
    instance = stored_instance(database)
    run = an_ended_run(database, instance)
    before = counts(database)
    with database.write() as c:
        assert runs.remove_batch(c, run.id, ONE_WRITER)
        assert instances.remove_batch(c, instance.id, ONE_WRITER)
    assert counts(database) == before


def test_deleting_what_is_not_there_is_refused(database):
    with pytest.raises(InstanceNotFound):
        mark(database, instances, new_id())
    with pytest.raises(RunNotFound):
        mark(database, runs, new_id())
