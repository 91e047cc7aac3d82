"""Copying the embedded database to a server: whole, or not at all."""

from __future__ import annotations

import pytest
from store_givens import (
    a_log,
    a_result,
    a_start,
    ask,
    chunk,
    claimed,
    set_status,
    stored_instance,
    stored_run,
)

from athanor.domain.run import RunStatus
from athanor.errors import Conflict
from athanor.settings import Settings
from athanor.store import instances, logs, results, runs, transfer
from athanor.store.database import Database
from athanor.store.ingest import ingest
from athanor.store.tables import metadata


@pytest.fixture
def source(tmp_path):
    opened = Database.open(Settings(project=tmp_path, home=tmp_path / "a"))
    yield opened
    opened.close()


@pytest.fixture
def target(tmp_path, database_url):
    opened = Database.open(
        Settings(project=tmp_path, home=tmp_path / "b", database_url=database_url)
    )
    yield opened
    opened.close()


def an_ended_run(database):
    run = stored_run(database)
    lines = [a_start(), *(a_log(f"line {n}", metadata={"n": n}) for n in range(5000))]
    results_of = [a_result("k", {"z": 1, "a": [n, "x\\n\t"]}) for n in range(10)]
    ingest(database, claimed(database, run), chunk(*lines, *results_of))
    set_status(database, run, "completed")
    return run


def copied(source, target, told=lambda *_: None):
    return transfer.copy(source, target, told)


def everything_of(database, run):
    with database.read() as c:
        found = runs.get(c, run.id)
        return (
            found,
            instances.get(c, found.instance_id),
            logs.page(c, run.id, limit=10_000),
            results.newest(c, run.id, 100),
        )


def rows(database):
    with database.read() as c:
        return {
            t.name: ask(c, f"SELECT count(*) FROM {t.name}").scalar()
            for t in metadata.tables.values()
            if t.name != "changes"
        }


def test_every_row_arrives_equal_and_counted(source, target):
    run = an_ended_run(source)
    prepared = stored_run(source, queued_at=None)
    told = []

    done = copied(source, target, lambda *now: told.append(now))

    assert everything_of(target, run) == everything_of(source, run)
    assert done == rows(source) == rows(target)
    assert ("run_logs", 5000, 5000) in told
    with target.read() as c:
        assert runs.get(c, prepared.id).status is RunStatus.PENDING


def test_what_a_server_refuses_is_escaped_on_the_way(source, target):
    instance = stored_instance(source, name="a\x00b", configuration={"k": "\x00"})
    copied(source, target)
    with target.read() as c:
        found = instances.get(c, instance.id)
    assert (found.name, found.configuration) == ("a\\u0000b", {"k": "\x00"})


@pytest.mark.parametrize("status", ["running", "pending"])
def test_live_runs_are_not_copied(source, target, status):
    run = stored_run(source)
    set_status(source, run, status)
    with pytest.raises(Conflict, match=run.id):
        copied(source, target)
    assert set(rows(target).values()) == {0}


def test_a_target_that_holds_something_is_left_alone(source, target):
    an_ended_run(source)
    stored_instance(target)
    before = rows(target)
    with pytest.raises(Conflict, match="holds something already"):
        copied(source, target)
    assert rows(target) == before


def test_a_copy_that_is_stopped_has_left_nothing_and_can_begin_again(source, target):
    an_ended_run(source)

    def stop(table, done, total):
        if table == "run_logs" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copied(source, target, stop)
    assert set(rows(target).values()) == {0}
    assert copied(source, target) == rows(source)


def test_large_values_are_read_a_few_at_a_time(source):
    run = stored_run(source)
    large = [a_result("k", "x" * 3_000_000)] * 8
    ingest(source, claimed(source, run), chunk(*large))
    table = metadata.tables["run_results"]
    with source.read() as c:
        batches = [len(batch) for batch in transfer._batches(c, table, ["key", "value"])]
    assert batches == [3, 3, 2]
