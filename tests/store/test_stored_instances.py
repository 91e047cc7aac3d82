"""Instances: stored, changed, found, listed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from store_givens import a_run, an_instance, kept, minutes, stored_instance, stored_run

from athanor.domain.identifier import new_id
from athanor.domain.instance import InstanceStats
from athanor.domain.run import RunStatus
from athanor.errors import InstanceNotFound, InvalidInput
from athanor.store import instance_lists, instances, run_lists, runs
from athanor.store.columns import Key

HOSTILE = "quote ' \" ; DROP TABLE run_logs; -- \x00 \u202e \U0001f9ea % _ \\ \n"


def listed(database, **options):
    with database.read() as c:
        return [
            instance.name
            for instance, _ in instance_lists.page(c, **{"limit": 100} | options).items
        ]


def all_pages(database, limit, **options):
    names, after = [], None
    while True:
        with database.read() as c:
            page = instance_lists.page(c, limit=limit, after=after, **options)
        names += [instance.name for instance, _ in page.items]
        if page.next is None:
            return names
        after = page.next


def test_what_is_stored_comes_back_equal(database):
    """INS-01, INS-10."""
    instance = stored_instance(database, description="d", time_limit_s=1.5, gpus=2)
    with database.read() as c:
        assert instances.get(c, instance.id) == instance


@pytest.mark.parametrize("name", ["n" * 300, "n" * 100_000, HOSTILE])
def test_names_of_any_length_and_kind_come_back_equal(database, name):
    """INS-11."""
    instance = stored_instance(database, name=name, configuration={name: name})
    with database.read() as c:
        found = instances.get(c, instance.id)
        assert found == replace(instance, name=kept(database, name, Key))
        assert instances.find(c, name) == [found]


def test_an_unknown_id_gives_none(database):
    """INS-12."""
    with database.read() as c:
        assert instances.get(c, new_id()) is None
        assert instances.get(c, "not an id") is None
        with pytest.raises(InstanceNotFound):
            instances.stats(c, new_id())


def test_an_update_changes_what_is_given_and_the_time(database):
    instance = stored_instance(database)
    with database.write() as c:
        changed = instances.update(c, instance.id, name="new", configuration={"a": [1]})
    assert (changed.name, changed.configuration) == ("new", {"a": [1]})
    assert changed.experiment_module == instance.experiment_module
    assert changed.updated_at > instance.updated_at
    assert changed.inserted_at == instance.inserted_at


def test_an_update_of_nothing_known_is_refused(database):
    with pytest.raises(InstanceNotFound), database.write() as c:
        instances.update(c, new_id(), name="new")


def test_an_update_keeps_the_runs(database):
    """INS-05, RUN-08."""
    instance = stored_instance(database)
    run = stored_run(database, instance)
    with database.write() as c:
        instances.update(c, instance.id, configuration={"iterations": 99})
    with database.read() as c:
        assert run_lists.page(
            c, limit=5, wanted=run_lists.Wanted(instance_id=instance.id)
        ).items == [run]


def test_stats_of_no_run_one_run_and_several(database):
    """INS-08."""
    instance = stored_instance(database)
    with database.read() as c:
        assert instances.stats(c, instance.id) == InstanceStats()
    stored_run(database, instance, status=RunStatus.FAILED, inserted_at=minutes(1))
    with database.read() as c:
        one = instances.stats(c, instance.id)
    assert one == InstanceStats(
        run_count=1, last_run_at=minutes(1), last_run_status=RunStatus.FAILED
    )
    stored_run(database, instance, inserted_at=minutes(2))
    with database.read() as c:
        two = instances.stats(c, instance.id)
    assert two == InstanceStats(
        run_count=2, last_run_at=minutes(2), last_run_status=RunStatus.PENDING
    )


def given_five(database):
    """In the order in which they are to be listed."""
    never_b, never_a = (stored_instance(database, name=name) for name in "ba")
    old, new_b, new_a = (stored_instance(database, name=name) for name in ("old", "nb", "na"))
    stored_run(database, old, inserted_at=minutes(1))
    stored_run(database, new_b, inserted_at=minutes(2))
    stored_run(database, new_a, inserted_at=minutes(2))
    return never_a, never_b, new_a, new_b, old


def test_the_list_has_never_run_first_then_newest_run_ties_by_name(database):
    """INS-09."""
    expected = given_five(database)
    with database.read() as c:
        found = instance_lists.page(c, limit=100).items
    assert [instance for instance, _ in found] == list(expected)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_pages_of_any_size_together_are_the_whole_list(database, limit):
    given_five(database)
    assert all_pages(database, limit) == ["a", "b", "na", "nb", "old"]


def test_a_page_after_a_cursor_has_no_repeat_and_no_gap_while_others_are_added(database):
    given_five(database)
    with database.read() as c:
        first = instance_lists.page(c, limit=3)
    stored_instance(database, name="a0")
    late = stored_instance(database, name="late")
    stored_run(database, late, inserted_at=minutes(3))
    with database.read() as c:
        rest = instance_lists.page(c, limit=10, after=first.next)
    assert [instance.name for instance, _ in rest.items] == ["nb", "old"]


def test_the_list_can_be_of_one_module_or_of_names_that_contain_a_text(database):
    for module, name in (("m:A", "Sweep one"), ("m:A", "50% done"), ("m:B", "sweep two")):
        stored_instance(database, experiment_module=module, name=name)
    assert all_pages(database, 1, module="m:A") == ["50% done", "Sweep one"]
    assert all_pages(database, 1, name_contains="sweep") == ["Sweep one", "sweep two"]
    assert listed(database, name_contains="%") == ["50% done"]
    assert listed(database, name_contains="sweep", module="m:B") == ["sweep two"]


@pytest.mark.parametrize("cursor", ["x", "!!!", "bnVsbA", "WzEsMl0", "\udcff"])
def test_a_cursor_that_no_listing_made_is_refused(database, cursor):
    with pytest.raises(InvalidInput, match="cursor"), database.read() as c:
        instance_lists.page(c, limit=1, after=cursor)


def test_an_instance_is_found_by_id_part_of_id_and_name(database):
    one, two = stored_instance(database, name="one"), stored_instance(database, name="two")
    with database.read() as c:
        assert instances.find(c, one.id.upper()) == [one]
        assert instances.find(c, one.id[-8:]) == [one]
        assert instances.find(c, one.id[:6]) == [one, two]
        assert instances.find(c, "two") == [two]
        assert instances.find(c, one.id[-3:]) == []
        assert instances.find(c, "none") == []


def test_names_that_fit_several_give_all_of_them(database):
    same = [stored_instance(database, name="same") for _ in range(2)]
    with database.read() as c:
        assert instances.find(c, "same") == same


def test_a_run_needs_an_instance(database):
    with pytest.raises(InstanceNotFound), database.write() as c:
        runs.insert(c, a_run(an_instance()), project="/p", home="/h")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(name=st.text(min_size=1), configuration=st.dictionaries(st.text(), json_values))
@hypothesis_settings(max_examples=50)
def test_any_name_and_configuration_come_back_equal(database, name, configuration):
    instance = stored_instance(database, name=name, configuration=configuration)
    expected = replace(instance, name=kept(database, name, Key))
    with database.read() as c:
        assert instances.get(c, instance.id) == expected
