"""Instances: listed in every order, of an experiment, by name, by how their last run went."""

from __future__ import annotations

from itertools import product

import pytest
from store_givens import a_start, chunk, claimed, minutes, set_status, stored_instance, stored_run

from athanor.domain.run import RunStatus
from athanor.errors import InvalidInput
from athanor.store import instance_lists, instances, runs
from athanor.store.ingest import ingest
from athanor.store.instance_lists import Sort

FAILED, COMPLETED = RunStatus.FAILED, RunStatus.COMPLETED
STATUSES = (None, FAILED, COMPLETED, FAILED, None, RunStatus.PENDING)


def all_pages(database, limit, **options):
    found, after = [], None
    while True:
        with database.read() as c:
            page = instance_lists.page(c, limit=limit, after=after, **options)
        found += page.items
        if page.next is None:
            return [instance for instance, _ in found]
        after = page.next


def last_status(database, instance):
    with database.read() as c:
        return instances.stats(c, instance.id).last_run_status


@pytest.fixture
def laboratory(database):
    """Instances in the order in which they were made, with how their last run went."""
    made = []
    for number, status in enumerate(STATUSES * 2):
        fields = {"experiment_module": f"m:{number % 2}", "name": f"name {number * 7 % 5}"}
        instance = stored_instance(database, **fields)
        made.append((instance, status))
        if status is not None:
            at = minutes(number * 5 % 7)
            stored_run(database, instance, status=RunStatus.CANCELLED, inserted_at=minutes(-1))
            stored_run(database, instance, status=status, inserted_at=at)
    return made


def test_every_order_goes_with_every_filter_in_pages_without_a_gap(database, laboratory):
    with database.read() as c:
        at = {one.id: instances.stats(c, one.id).last_run_at for one, _ in laboratory}
    orders = {
        Sort.CREATED: lambda one: -[made.id for made, _ in laboratory].index(one.id),
        Sort.NAME: lambda one: (one.name, one.id),
        Sort.LAST_RUN: lambda one: (
            -at[one.id].timestamp() if at[one.id] else float("-inf"),
            one.name,
            one.id,
        ),
    }
    statuses = ((), (FAILED,), (FAILED, COMPLETED), (RunStatus.RUNNING,))
    for sort, module, name, status in product(Sort, (None, "m:1"), (None, "E 3"), statuses):
        fitting = [
            one
            for one, last in laboratory
            if module in (None, one.experiment_module)
            and (name is None or name.lower() in one.name)
            and (not status or last in status)
        ]
        options = {"sort": sort, "module": module, "name_contains": name, "status": status}
        for limit in (2, 100):
            found = all_pages(database, limit, **options)
            assert found == sorted(fitting, key=orders[sort]), options


def test_a_cursor_of_another_order_is_refused(database, laboratory):
    with database.read() as c:
        following = instance_lists.page(c, limit=1, sort=Sort.NAME).next
        with pytest.raises(InvalidInput, match="cursor"):
            instance_lists.page(c, limit=1, after=following)


def test_the_status_of_the_last_run_is_kept_through_its_life(database):
    instance = stored_instance(database)
    assert last_status(database, instance) is None
    run = stored_run(database, instance)
    assert last_status(database, instance) is RunStatus.PENDING
    attempt = claimed(database, run)
    ingest(database, attempt, chunk(a_start()))
    assert last_status(database, instance) is RunStatus.RUNNING
    with database.write() as c:
        runs.finish(c, run.id, 1, FAILED, "why", minutes(1))
    assert last_status(database, instance) is FAILED


def test_an_earlier_run_that_ends_later_does_not_count(database):
    instance = stored_instance(database)
    earlier, last = stored_run(database, instance), stored_run(database, instance)
    set_status(database, last, COMPLETED)
    with database.write() as c:
        runs.request_cancel(c, earlier.id, force=False, at=minutes(1))
    assert last_status(database, instance) is COMPLETED
    with database.write() as c:
        runs.mark_deleting(c, last.id)
    assert last_status(database, instance) is RunStatus.CANCELLED
