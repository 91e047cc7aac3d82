"""What ``-c key=value`` and configuration files mean."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from athanor.cli.configuration import assembled, changes, from_file, known_keys
from athanor.definition.jsonschema import json_schema
from athanor.definition.schema import ConfigSchema
from athanor.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

ITEM = ConfigSchema().field("name", str).field("weight", float, default=1.0)
MODEL = ConfigSchema().field("depth", int, default=2).field("kind", str, default="tree")
SCHEMA = (
    ConfigSchema()
    .field("count", int, default=1)
    .field("rate", float, default=0.1)
    .field("label", str, default="x")
    .field("note", str)
    .field("fast", bool, default=False)
    .field("choice", "enum", options=["1", "two"], default="1")
    .group("model", MODEL, default={"kind": "net"})
    .list("seeds", int, default=[])
    .list("items", ITEM, default=[{"name": "a"}, {"name": "b"}])
)
DEFAULTS: dict[str, Any] = {
    "model": {"depth": 2, "kind": "net"},
    "items": [{"name": "a", "weight": 1.0}, {"name": "b", "weight": 1.0}],
}


def given(*assignments: str, base: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = json_schema(SCHEMA.model())
    return assembled(assignments, base or {}, schema=schema, defaults=DEFAULTS)


def refused(*assignments: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        given(*assignments)
    return str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("count=3", 3),
        ("count=1e3", 1000),
        ("count=1_000", 1000),
        ("count=1.5", 1.5),
        ("count=many", "many"),
        ("rate=.5", 0.5),
        ("rate=1e-4", 0.0001),
        ("rate=2", 2),
        ("fast=true", True),
        ("fast=Yes", True),
        ("fast=off", False),
        ("fast=1", 1),
        ("label=12", "12"),
        ("label=true", "true"),
        ("label=null", "null"),
        ('label="quoted"', "quoted"),
        ("label=a=b", "a=b"),
        ("label=", ""),
        ("note=7", "7"),
        ("note=null", None),
        ("choice=1", "1"),
    ],
)
def test_a_value_is_read_as_the_schema_wants_it(assignment: str, value: Any) -> None:
    (read,) = given(assignment).values()
    assert read == value
    assert type(read) is type(value)


def test_without_a_schema_for_it_json_is_json_and_the_rest_is_text() -> None:
    schema = {"type": "object", "additionalProperties": True}
    read = assembled(["a=1", "b=one", "c=[1,2]", "d.e=null"], {}, schema=schema, defaults={})
    assert read == {"a": 1, "b": "one", "c": [1, 2], "d": {"e": None}}


def test_an_option_that_is_text_stays_text_beside_numbers() -> None:
    schema = {"properties": {"c": {"enum": ["1", 2]}}}
    assert assembled(["c=1"], {}, schema=schema, defaults={}) == {"c": "1"}
    assert assembled(["c=2"], {}, schema=schema, defaults={}) == {"c": 2}


def test_dots_reach_into_a_group_and_keep_its_default() -> None:
    assert given("model.depth=3") == {"model": {"depth": 3, "kind": "net"}}


def test_positions_reach_into_the_default_of_a_list() -> None:
    read = given("items[1].name=z")
    assert [item["name"] for item in read["items"]] == ["a", "z"]


def test_the_position_after_the_last_appends() -> None:
    read = given("items=[]", "items[0].name=5", "items[1].weight=2")
    assert read == {"items": [{"name": "5"}, {"weight": 2}]}


def test_a_position_further_on_is_refused() -> None:
    assert "items has 2 items, so the next is [2], not [7]" in refused("items[7].name=x")


def test_the_count_of_one_item_is_in_the_singular() -> None:
    assert "items has 1 item, so" in refused("items=[{}]", "items[7].name=x")


@pytest.mark.parametrize(
    ("assignment", "right"),
    [
        ("seeds=1,2", "-c 'seeds=[1,2]'"),
        ("seeds=7x", "-c 'seeds=[\"7x\"]'"),
        ("items=a,b", "-c 'items[0].name=…'"),
        ("model=3", "-c 'model.depth=…'"),
        ("items.0.name=x", "-c 'items[0].name=x'"),
    ],
)
def test_a_list_or_group_written_wrongly_is_shown_as_it_is_written(
    assignment: str, right: str
) -> None:
    said = refused(assignment)
    assert right in said
    assert f"-c {assignment}: " in said


def test_a_list_that_may_be_text_is_taken_as_text() -> None:
    schema = {"properties": {"a": {"anyOf": [{"type": "array"}, {"type": "string"}]}}}
    assert assembled(["a=1,2"], {}, schema=schema, defaults={}) == {"a": "1,2"}


def test_the_base_is_changed_in_a_copy() -> None:
    base = {"model": {"depth": 9}}
    assert given("model.kind=k", base=base) == {"model": {"depth": 9, "kind": "k"}}
    assert base == {"model": {"depth": 9}}


def test_a_default_is_not_changed_by_an_assignment() -> None:
    given("items[0].name=changed")
    assert DEFAULTS["items"][0]["name"] == "a"


def test_the_last_of_two_assignments_counts() -> None:
    assert given("count=1", "count=2") == {"count": 2}


@pytest.mark.parametrize(
    ("assignment", "nearest"),
    [
        ("cuont=1", "count"),
        ("model.dept=1", "model.depth"),
        ("depth=1", "model.depth"),
        ("items[0].nam=x", "items[0].name"),
    ],
)
def test_an_unknown_key_names_the_nearest(assignment: str, nearest: str) -> None:
    said = refused(assignment)
    assert "is not a known key; did you mean" in said
    assert nearest in said.partition("did you mean")[2]


def test_an_unknown_key_like_no_other_names_them_all() -> None:
    assert "known keys are: count, rate, label" in refused("zzzzzz=1")


@pytest.mark.parametrize("text", ["count", "=1", "a..b=1", "[0]=1", "a[x]=1", "a]=1"])
def test_what_is_no_assignment_is_refused(text: str) -> None:
    assert text in refused(text)


def test_a_key_with_a_dot_in_its_name_can_be_set() -> None:
    schema = json_schema(ConfigSchema().field("a.b", int).model())
    assert assembled(["a.b=1"], {}, schema=schema, defaults={}) == {"a.b": 1}


def test_reaching_into_a_plain_value_is_refused() -> None:
    schema = {"type": "object"}
    with pytest.raises(InvalidInput, match="a has no keys inside; it is 1"):
        assembled(["a=1", "a.b=2"], {}, schema=schema, defaults={})


def test_known_keys_are_written_as_on_the_command_line() -> None:
    known = list(known_keys(json_schema(SCHEMA.model())))
    assert {"count", "model.depth", "items", "items[0].name"} <= set(known)


def test_a_schema_that_refers_to_itself_has_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    schema = {"properties": {"first": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}
    assert "first.next.next" in list(known_keys(schema))


def test_a_reference_to_itself_stands_for_anything() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"$ref": "#/$defs/A"}}}
    assert assembled(["a.b=1"], {}, schema=schema, defaults={}) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", '{"count": 2, "model": {"depth": 3}}'),
        ("c.toml", "count = 2\n[model]\ndepth = 3\n"),
        ("c.yaml", "count: 2\nmodel:\n  depth: 3\n"),
        ("c.YML", "{count: 2, model: {depth: 3}}"),
    ],
)
def test_a_file_is_read_by_its_ending(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert from_file(path) == {"count": 2, "model": {"depth": 3}}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("c.json", "{", "is not valid"),
        ("c.toml", "a = ", "is not valid"),
        ("c.yaml", "a: [", "is not valid"),
        ("c.json", "[1]", "must hold named values, got list"),
        ("c.txt", "", "takes a .json, .toml or .yaml file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        from_file(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_mistake_in_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("lines: 3\n a: [", encoding="utf-8")
    with pytest.raises(InvalidInput, match="line 2, column 3: mapping values are not allowed"):
        from_file(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No such file"):
        from_file(tmp_path / "none.json")


def test_changes_are_the_leaves_that_differ_from_the_defaults() -> None:
    defaults = {"a": 1, "b": {"c": 2, "d": 3}, "e": [1]}
    configuration = {"a": 1, "b": {"c": 2, "d": 4}, "e": [1, 2], "f": json.loads("null")}
    assert dict(changes(configuration, defaults)) == {"b.d": 4, "e": [1, 2], "f": None}


def test_true_is_a_change_from_one() -> None:
    assert dict(changes({"a": True}, {"a": 1})) == {"a": True}
    assert dict(changes({"a": 1.0}, {"a": 1})) == {}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1,2", "[1,2]"),
        ("[1,x]", '[1,"x"]'),
        (" [ a , b ] ", '["a","b"]'),
        ("[a", '["[a"]'),
    ],
)
def test_a_list_written_as_text_is_shown_as_a_list(text: str, written: str) -> None:
    assert refused(f"seeds={text}").endswith(f"Write -c {shlex.quote(f'seeds={written}')}")
