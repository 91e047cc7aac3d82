"""In what runs differ."""

from __future__ import annotations

from typing import Any

from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.harness.comparison import comparison_of, leaves, numbers


def a_run(identifier: str, configuration: dict[str, Any], **metadata: Any) -> Run:
    return Run(
        id=identifier,
        instance_id="i",
        status=RunStatus.COMPLETED,
        configuration=configuration,
        inserted_at=now(),
        updated_at=now(),
        metadata=metadata,
    )


def test_only_what_differs_is_kept_of_a_configuration() -> None:
    runs = [a_run("a", {"x": 1, "m": {"d": 2, "k": [1]}}), a_run("b", {"x": 1, "m": {"d": 3}})]
    found = comparison_of(runs, {}, {})
    assert found.configuration == {"m.d": {"a": 2, "b": 3}, "m.k[0]": {"a": 1}}
    assert found.equal == 1


def test_one_and_true_differ_but_one_and_one_point_zero_do_not() -> None:
    runs = [a_run("a", {"x": 1, "y": 1}), a_run("b", {"x": True, "y": 1.0})]
    assert list(comparison_of(runs, {}, {}).configuration) == ["x"]


def test_commit_and_packages_are_compared_but_not_what_always_differs() -> None:
    git = {"commit": "c1", "branch": "main", "dirty": False, "diff": "long"}
    runs = [
        a_run("a", {}, pid=1, host="h", git=git, packages={"numpy": "1", "rich": "2"}),
        a_run("b", {}, pid=2, host="h", git={**git, "commit": "c2"}, packages={"numpy": "2"}),
    ]
    assert comparison_of(runs, {}, {}).surroundings == {
        "git.commit": {"a": "c1", "b": "c2"},
        "packages.numpy": {"a": "1", "b": "2"},
        "packages.rich": {"a": "2"},
    }


def test_a_run_outside_of_a_repository_can_be_compared() -> None:
    runs = [a_run("a", {}, git=None), a_run("b", {}, git={"commit": "c"})]
    assert comparison_of(runs, {}, {}).surroundings == {"git.commit": {"b": "c"}}


def test_figures_are_side_by_side_also_where_equal() -> None:
    runs = [a_run("a", {}), a_run("b", {})]
    found = comparison_of(runs, {}, {"a": {"loss": 1, "f1": 2}, "b": {"loss": 1}})
    assert found.figures == {"loss": {"a": 1, "b": 1}, "f1": {"a": 2}}


def test_leaves_have_dotted_paths() -> None:
    assert dict(leaves({"a": {"b": [1, {"c": None}]}, "d": {}, "e": []})) == {
        "a.b[0]": 1,
        "a.b[1].c": None,
        "d": {},
        "e": [],
    }


def test_numbers_are_the_numeric_leaves_outside_of_lists() -> None:
    value = {"a": 1, "b": {"c": 0.5, "d": "x"}, "e": [1, 2], "f": True, "g": None}
    assert numbers(value, "r") == {"r.a": 1, "r.b.c": 0.5}
    assert numbers(3, "r") == {"r": 3}
    assert numbers("x", "r") == {}


def test_what_is_no_finite_number_is_a_figure_as_a_word() -> None:
    value = {"a": "NaN", "b": {"c": "-Infinity"}, "d": "nan"}
    assert numbers(value, "r") == {"r.a": "NaN", "r.b.c": "-Infinity"}


def test_a_hundred_figures_are_kept_and_the_others_counted() -> None:
    found = comparison_of([a_run("a", {})], {}, {"a": {f"f{n}": n for n in range(130)}})
    assert list(found.figures) == [f"f{n}" for n in range(100)]
    assert found.more_figures == 30
