"""Results and runs as frames: which columns there are and what they hold."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from athanor.domain.output import Result
from athanor.domain.run import NamedRun, Progress, Run, RunStatus
from athanor.errors import InvalidInput, MissingExtra
from athanor.harness import columns, frames

AT = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)


def result(value: Any, key: str = "k", seq: int = 1) -> Result:
    return Result(
        id=f"id {seq}",
        run_id="r",
        attempt=1,
        seq=seq,
        key=key,
        value=value,
        size=1,
        timestamp=AT,
        inserted_at=AT,
    )


def frame(*values: Any, kind: str = "pandas") -> Any:
    return frames.made(frames.result_columns(map(result, values)), kind)


def inside(*values: Any) -> dict[str, list[Any]]:
    found = frames.result_columns(map(result, values))
    return {name: cells for name, _, cells in found if name not in frames.RESULT}


@pytest.mark.parametrize("kind", frames.KINDS)
def test_what_is_nested_becomes_a_column_for_each_value(kind: str) -> None:
    found = frame({"metrics": {"accuracy": 0.5, "n": 3}}, {"metrics": {"n": 4}}, kind=kind)
    assert list(found["metrics.n"]) == [3, 4]
    one, none = found["metrics.accuracy"]
    assert one == 0.5
    assert none is None or math.isnan(none)
    assert list(found["key"]) == ["k", "k"]
    assert found["timestamp"][0] == AT


def test_the_words_for_numbers_are_numbers_where_all_are() -> None:
    found = inside({"x": 1}, {"x": "NaN"}, {"x": "-Infinity"}, {})
    assert found["x"][0] == 1.0
    assert math.isnan(found["x"][1])
    assert found["x"][2:] == [-math.inf, None]
    assert inside({"x": "NaN"}, {"x": "other"})["x"] == ["NaN", "other"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("pandas", {"i": "int64", "o": "Int64", "b": "boolean", "f": "float64"}),
        ("polars", {"i": "Int64", "o": "Int64", "b": "Boolean", "f": "Float64"}),
    ],
)
def test_columns_have_the_type_of_what_they_hold(kind: str, names: dict[str, str]) -> None:
    found = frame({"i": 1, "o": 2, "b": True, "f": 0.5}, {"i": 2, "f": 1}, kind=kind)
    assert {name: str(found[name].dtype) for name in names} == names


def test_a_name_that_is_taken_keeps_where_it_stands() -> None:
    assert list(inside({"key": 1, "value": 2})) == ["value.key", "value"]
    assert list(inside(1, {"value": 2})) == ["value", "value.value"]


def test_lists_and_empty_objects_are_json() -> None:
    assert inside({"a": [1, {"b": 2}], "c": {}}) == {"a": ['[1, {"b": 2}]'], "c": ["{}"]}


def test_values_in_too_many_places_are_whole_in_a_column_of_their_own() -> None:
    wide = {f"c{number}": number for number in range(columns.MOST_COLUMNS + 1)}
    found = inside(wide)
    assert len(found) == columns.MOST_COLUMNS + 1
    assert '"c1000": 1000' in found["value_json"][0]


def test_a_run_is_a_row_with_its_configuration_and_surroundings() -> None:
    run = Run(
        id="r",
        instance_id="i",
        status=RunStatus.RUNNING,
        configuration={"model": {"depth": 3}},
        inserted_at=AT,
        updated_at=AT,
        metadata={"git": {"commit": "abc"}, "packages": {"numpy": "2"}},
        progress=Progress(current=1, total=4),
    )
    named = NamedRun(run=run, instance_name="base", experiment_module="m:e")
    found = frames.made(frames.run_columns([named]), "pandas").iloc[0]
    assert (found["instance_name"], found["status"]) == ("base", "running")
    assert (found["configuration.model.depth"], found["progress.percent"]) == (3, 25)
    assert found["metadata.git.commit"] == "abc"
    assert "metadata.packages.numpy" not in found.index


@pytest.mark.parametrize("kind", frames.KINDS)
def test_nothing_is_an_empty_frame_that_knows_its_columns(kind: str) -> None:
    found = frame(kind=kind)
    assert (len(found), list(found.columns)) == (0, list(frames.RESULT))


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"polars"}
    monkeypatch.setattr(frames, "find_spec", lambda name: name in there or None)
    assert frames.chosen_kind(None) == "polars"
    with pytest.raises(MissingExtra, match=r"needs pandas.*athanor\[pandas\]"):
        frames.chosen_kind("pandas")
    there.clear()
    with pytest.raises(MissingExtra, match="pandas or polars"):
        frames.chosen_kind(None)
    with pytest.raises(InvalidInput, match="pandas or polars, got 'arrow'"):
        frames.chosen_kind("arrow")
