"""What the database notes by itself, whoever writes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from store_givens import (
    a_log,
    a_start,
    ask,
    chunk,
    claimed,
    minutes,
    set_status,
    stored_instance,
    stored_run,
)

from athanor.domain.run import RunStatus
from athanor.harness.news import Bulletin
from athanor.store import changes, instances, runs
from athanor.store.changes import Place
from athanor.store.database import Database
from athanor.store.ingest import ingest


def noted(database, place=None):
    with database.read() as c:
        found, after = changes.since(c, place or Place())
    return [(change.what, change.run_id or change.instance_id) for change in found], after


def taken_back(database, instance):
    with suppress(ZeroDivisionError), database.write() as c:
        instances.update(c, instance.id, name="taken back")
        raise ZeroDivisionError


def begin(database):
    with database.read() as c:
        return changes.newest(c)


def test_each_kind_of_change_is_noted_by_whatever_writes_it(database):
    """EVT-05, EVT-06."""
    place = begin(database)
    instance = stored_instance(database)
    run = stored_run(database, instance)
    set_status(database, run, "running")
    with database.write() as c:
        runs.request_cancel(c, run.id, force=False, at=minutes(1))
        runs.finish(c, run.id, 1, RunStatus.CANCELLED, None, minutes(2))
        instances.update(c, instance.id, name="other", configuration={"iterations": 11})
    told, _ = noted(database, place)
    assert told == [
        ("created", instance.id),
        ("created", run.id),
        ("started", run.id),
        ("updated", run.id),
        ("completed", run.id),
        ("updated", instance.id),
    ]


def test_what_is_said_is_not_noted_but_that_a_run_has_begun(database):
    """BUF-05: ingest costs the log nothing."""
    run = stored_run(database)
    attempt = claimed(database, run)
    place = begin(database)
    first = ingest(database, attempt, chunk(a_start(), a_log()))
    assert noted(database, place)[0] == [("started", run.id)]
    ingest(database, first.attempt, chunk(a_log(), a_log(), start=200))
    assert len(noted(database, place)[0]) == 1


def test_a_change_that_changes_nothing_or_is_taken_back_is_not_noted(database):
    instance = stored_instance(database)
    place = begin(database)
    with database.write() as c:
        instances.update(c, instance.id, name=instance.name, configuration=instance.configuration)
    taken_back(database, instance)
    assert noted(database, place)[0] == []


def test_deleting_is_noted_when_it_is_marked_and_only_then(database):
    """EVT-01."""
    instance = stored_instance(database)
    ended, other = stored_run(database, instance), stored_run(database, instance)
    for run in (ended, other):
        set_status(database, run, "completed")
    place = begin(database)
    with database.write() as c:
        runs.mark_deleting(c, ended.id)
    assert noted(database, place)[0] == [("deleted", ended.id)]
    pace = database.flavour.removing
    removed(database, lambda c: runs.remove_batch(c, ended.id, pace))
    with database.write() as c:
        instances.mark_deleting(c, instance.id)
    removed(database, lambda c: instances.remove_batch(c, instance.id, pace))
    assert noted(database, place)[0] == [("deleted", ended.id), ("deleted", instance.id)]


def removed(database, batch):
    """Batch by batch, each in a transaction of its own, until nothing is left."""
    done = False
    while not done:
        with database.write() as c:
            done = batch(c)


def test_rows_that_are_deleted_by_hand_are_noted(database):
    run = stored_run(database)
    place = begin(database)
    with database.write() as c:
        ask(c, "DELETE FROM experiment_instances WHERE id = :id", id=run.instance_id)
    assert ("deleted", run.instance_id) in noted(database, place)[0]


def test_only_the_last_notes_are_kept(database):
    many = """
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 12500)
        INSERT INTO changes (kind, what, instance_id) SELECT 'instance', 'updated', 'i' FROM n
    """
    with database.write() as c:
        ask(c, many)
        kept = ask(c, "SELECT count(*) FROM changes").scalar()
    assert 10_000 <= kept <= 11_000


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_commits_late_is_told_late_and_not_left_out(database, settings):
    """Two transactions: the one that noted first commits last."""
    first, second = stored_instance(database), stored_instance(database)
    other = Database.open(settings)
    place = begin(database)
    with other.write() as late:
        instances.update(late, first.id, name="late")
        with database.write() as early:
            instances.update(early, second.id, name="early")
        told, place = noted(database, place)
        assert told == [("updated", second.id)]
        newcomer = begin(database)
        assert noted(database, place)[0] == noted(database, newcomer)[0] == []
    told, after = noted(database, place)
    assert told == [("updated", first.id)]
    assert noted(database, newcomer)[0] == told
    assert noted(database, after)[0] == []
    other.close()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_number_that_was_given_back_is_not_waited_for(database, settings):
    instance = stored_instance(database)
    place = begin(database)
    taken_back(database, instance)
    with database.write() as c:
        instances.update(c, instance.id, name="kept")
    _, place = noted(database, place)
    assert len(place.missing) == 1
    with database.write() as c:
        instances.update(c, instance.id, name="kept too")
    assert not noted(database, place)[1].missing


def test_the_news_tell_records_as_they_stand_and_revisions_that_grow(database):
    bulletin = Bulletin(database)
    run = stored_run(database)
    set_status(database, run, "running")
    set_status(database, run, "completed")
    told = bulletin.news()
    assert [getattr(event, "what", None) for _, event in told] == [
        *("created", "created", "started", "completed", "updated")
    ]
    assert {event.run.status for _, event in told[1:4]} == {RunStatus.COMPLETED}
    assert told[-1][1].stats.last_run_status is RunStatus.COMPLETED
    revisions = [revision for revision, _ in told]
    assert revisions == sorted(set(revisions))
    assert Bulletin(database).revision <= bulletin.revision
    assert bulletin.news() == []


def test_what_is_gone_is_told_as_gone_only(database):
    bulletin = Bulletin(database)
    instance = stored_instance(database)
    with database.write() as c:
        instances.mark_deleting(c, instance.id)
    ((_, told),) = bulletin.news()
    assert told.instance_id == instance.id
    assert type(told).__name__ == "InstanceDeleted"
