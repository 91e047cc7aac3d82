"""Runs: listed and counted, by all that they can be looked for."""

from __future__ import annotations

from itertools import product

import pytest
from store_givens import minutes, set_status, stored_instance, stored_run

from athanor.domain.identifier import first_id_at
from athanor.domain.run import RunStatus
from athanor.store import instances, run_lists, runs
from athanor.store.run_lists import Wanted

FAILED, PENDING, COMPLETED = RunStatus.FAILED, RunStatus.PENDING, RunStatus.COMPLETED


def all_pages(database, limit, wanted=run_lists.ALL, status=None):
    found, after = [], None
    while True:
        with database.read() as c:
            page = run_lists.page(c, wanted, limit=limit, after=after, status=status)
        found += page.items
        if page.next is None:
            return found
        after = page.next


def counted(database, wanted=run_lists.ALL):
    with database.read() as c:
        return {status: number for status, number in run_lists.counts(c, wanted).items() if number}


@pytest.fixture
def laboratory(database):
    """Instances of two experiments, whose runs were made in turns, one every minute."""
    made = [
        (stored_instance(database, experiment_module=module, name=name), status)
        for module, name in (("m:a", "Base LINE"), ("m:a", "other"), ("m:b", "baseline"))
        for status in (COMPLETED, FAILED)
    ]
    return [
        (instance, stored_run(database, instance, id=first_id_at(minutes(number)), status=status))
        for number, (instance, status) in enumerate(made * 4)
    ]


def test_runs_are_listed_newest_first_in_pages(database):
    """RUN-09."""
    instance = stored_instance(database)
    made = [stored_run(database, instance) for _ in range(5)]
    found, after = [], None
    while True:
        with database.read() as c:
            page = run_lists.page(c, limit=2, after=after)
        found += page.items
        if page.next is None:
            break
        after = page.next
        stored_run(database, instance)
    assert found == made[::-1]


def test_no_statuses_at_all_are_no_runs(database):
    stored_run(database)
    assert all_pages(database, 5, status=()) == []


def test_filters_go_together_and_pages_over_them_have_no_gap(database, laboratory):
    spans = ((None, None), (minutes(5), minutes(17)))
    statuses = (None, FAILED, (FAILED, COMPLETED))
    names = (None, "LINE", "base", "%")
    for module, name, (since, until) in product((None, "m:a", "m:none"), names, spans):
        wanted = Wanted(module=module, name_contains=name, since=since, until=until)
        fitting = [
            run
            for number, (instance, run) in reversed(list(enumerate(laboratory)))
            if module in (None, instance.experiment_module)
            and (name is None or name.lower() in instance.name.lower())
            and (since is None or 5 <= number < 17)
        ]
        for status in statuses:
            these = [run for run in fitting if status is None or run.status in status_set(status)]
            assert all_pages(database, 3, wanted, status) == these
            assert all_pages(database, 100, wanted, status) == these
        assert sum(counted(database, wanted).values()) == len(fitting)


def status_set(status):
    return {status} if isinstance(status, RunStatus) else set(status)


def test_an_instance_goes_with_the_other_filters(database, laboratory):
    instance = laboratory[0][0]
    of_it = [run for owner, run in laboratory if owner == instance][::-1]
    assert all_pages(database, 3, Wanted(instance_id=instance.id)) == of_it
    assert all_pages(database, 3, Wanted(instance_id=instance.id, name_contains="line")) == of_it
    assert all_pages(database, 3, Wanted(instance_id=instance.id, name_contains="other")) == []
    assert all_pages(database, 3, Wanted(instance_id=instance.id, module="m:b")) == []
    assert counted(database, Wanted(instance_id=instance.id)) == {COMPLETED: 4}


def test_runs_are_counted_by_status(database, laboratory):
    assert counted(database) == {COMPLETED: 12, FAILED: 12}
    assert counted(database, Wanted(module="m:b")) == {COMPLETED: 4, FAILED: 4}
    with database.read() as c:
        assert len(run_lists.counts(c)) == len(RunStatus)


def test_what_is_being_deleted_is_neither_listed_nor_counted(database, laboratory):
    whole, alone = laboratory[0][0], laboratory[1][1]
    with database.write() as c:
        runs.mark_deleting(c, alone.id)
        instances.mark_deleting(c, whole.id)
    for wanted in (run_lists.ALL, Wanted(name_contains="line"), Wanted(module="m:a")):
        assert alone not in all_pages(database, 5, wanted)
        assert whole.id not in {run.instance_id for run in all_pages(database, 5, wanted)}
        assert sum(counted(database, wanted).values()) == len(all_pages(database, 5, wanted))
    assert counted(database) == {COMPLETED: 8, FAILED: 11}


def test_a_status_that_changes_is_counted_anew(database):
    run = stored_run(database)
    set_status(database, run, RunStatus.RUNNING)
    assert counted(database) == {RunStatus.RUNNING: 1}
