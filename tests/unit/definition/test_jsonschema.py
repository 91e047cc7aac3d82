"""The JSON Schema that forms and agents read."""

from enum import Enum
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from athanor.definition.jsonschema import json_schema
from athanor.definition.schema import ConfigSchema
from athanor.definition.validation import defaults, validate


class Tone(Enum):
    VERY_SOFT = "very_soft"
    LOUD = "loud"


def properties(schema):
    return json_schema(schema.model())["properties"]


def test_everything_an_author_says_about_a_field_is_there():
    """CFG-02, CFG-12, CFG-17"""
    schema = ConfigSchema().field(
        "n", int, default=10, min=1, max=100, step=5, label="Rounds", description="How many."
    )
    assert properties(schema)["n"] == {
        "type": "integer",
        "title": "Rounds",
        "description": "How many.",
        "default": 10,
        "minimum": 1,
        "maximum": 100,
        "step": 5,
    }


def test_the_schema_says_its_dialect_and_that_it_is_closed():
    schema = json_schema(ConfigSchema().model())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert schema["properties"] == {}


def test_properties_keep_the_order_written():
    """CFG-01"""
    schema = ConfigSchema().field("z", int).field("a", str).list("m", int).field("b", bool)
    assert list(properties(schema)) == ["z", "a", "m", "b"]


def test_options_have_labels_and_keep_their_order():
    """CFG-05, CFG-07"""
    schema = (
        ConfigSchema()
        .field("tone", Tone, default=Tone.LOUD)
        .field("mode", str, default="b", options={"b": "The bee", "a": "The ay"})
        .field("bits", int, default=8, options=[8, 4])
    )
    shown = properties(schema)
    assert (shown["tone"]["enum"], shown["tone"]["enumNames"], shown["tone"]["default"]) == (
        ["very_soft", "loud"],
        ["Very Soft", "Loud"],
        "loud",
    )
    assert (shown["mode"]["enum"], shown["mode"]["enumNames"]) == (
        ["b", "a"],
        ["The bee", "The ay"],
    )
    assert (shown["bits"]["type"], shown["bits"]["enum"]) == ("integer", [8, 4])


@pytest.mark.parametrize("form", ["text", "textarea", "email", "url"])
def test_the_format_is_a_hint(form):
    """CFG-09"""
    assert (
        properties(ConfigSchema().field("x", str, default="", format=form))["x"]["format"] == form
    )


def test_only_required_fields_are_required():
    """CFG-10"""
    needy = ConfigSchema().field("key", str, required=True)
    schema = (
        ConfigSchema()
        .field("optional", int)
        .field("must", int, required=True)
        .field("preset", str, default="x", required=True)
        .group("needs_more", needy)
        .group("does_not", ConfigSchema().field("y", int))
    )
    shown = json_schema(schema.model())
    assert shown["required"] == ["must", "preset", "needs_more"]
    assert shown["properties"]["preset"]["default"] == "x"
    assert "x-required" not in str(shown)


def test_an_optional_value_is_its_type_or_null():
    shown = properties(ConfigSchema().field("n", int, min=1).field("m", str, options=["a"]))
    assert shown["n"] == {"title": "N", "type": ["integer", "null"], "minimum": 1}
    assert shown["m"]["type"] == ["string", "null"]
    assert shown["m"]["enum"] == ["a", None]
    assert len(shown["m"]["enumNames"]) == 2


def test_nested_parts_stand_where_they_belong():
    """CFG-13, CFG-14, CFG-15"""
    cell = ConfigSchema().field("runs_per_pair", int, default=3)
    schema = ConfigSchema().list(
        "rows", ConfigSchema().list("cells", cell), label="The rows", default=[{"cells": []}]
    )
    rows = properties(schema)["rows"]
    assert (rows["type"], rows["title"], rows["default"]) == ("array", "The rows", [{"cells": []}])
    inner = rows["items"]["properties"]["cells"]["items"]["properties"]["runs_per_pair"]
    assert inner == {"title": "Runs Per Pair", "type": "integer", "default": 3}
    assert "$ref" not in str(schema)


def test_a_model_by_hand_reads_as_well():
    class Inner(BaseModel):
        api_key: str
        size: Literal["very_small", "large"] = "large"

    class ByHand(BaseModel):
        runs_per_pair: int = Field(3, ge=1, title="Runs!", description="Text.")
        tone: Tone = Tone.LOUD
        maybe: Inner | None = None
        seeds: list[int] = Field(default_factory=lambda: [1, 2])
        must: float

    shown = json_schema(ByHand)
    assert "$defs" not in shown
    assert shown["required"] == ["must"]
    assert shown["additionalProperties"] is False
    parts = shown["properties"]
    assert (parts["runs_per_pair"]["title"], parts["runs_per_pair"]["minimum"]) == ("Runs!", 1)
    assert parts["tone"]["title"] == "Tone"
    assert parts["tone"]["enumNames"] == ["Very Soft", "Loud"]
    assert parts["maybe"]["type"] == ["object", "null"]
    assert parts["maybe"]["title"] == "Maybe"
    assert parts["maybe"]["properties"]["api_key"]["title"] == "API Key"
    assert parts["maybe"]["properties"]["size"]["enumNames"] == ["Very Small", "Large"]
    assert parts["seeds"]["default"] == [1, 2]


class Node(BaseModel):
    children: list["Node"] = []


def test_a_model_that_holds_itself_keeps_a_reference():
    shown = json_schema(Node)
    reference = shown["properties"]["children"]["items"]["$ref"]
    assert reference == "#/$defs/Node"
    assert shown["$defs"]["Node"]["properties"]["children"]["items"]["$ref"] == reference


def test_the_caller_may_change_what_it_gets():
    model = ConfigSchema().field("n", int, default=1).model()
    json_schema(model)["properties"].clear()
    assert "n" in json_schema(model)["properties"]


# --- any schema at all ---------------------------------------------------------------------------

_names = st.one_of(
    st.sampled_from(["copy", "schema", "model_config", "class", "a b", "_x", "json", "field_61"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5),
)


@st.composite
def _scalars(draw):
    kind = draw(st.sampled_from([int, float, str, bool]))
    options = {"required": draw(st.booleans())}
    if kind in {int, float} and draw(st.booleans()):
        low, high = sorted(draw(st.tuples(st.integers(-99, 99), st.integers(-99, 99))))
        options |= {"min": low, "max": high, "default": draw(st.integers(low, high))}
    elif draw(st.booleans()) or options["required"]:
        options["default"] = {int: 3, float: 0.5, str: "s", bool: False}[kind]
    return lambda schema, name: schema.field(name, kind, **options)


@st.composite
def _schemas(draw, depth=3):
    schema = ConfigSchema()
    for name in draw(st.lists(_names, unique=True, max_size=4)):
        shape = draw(st.sampled_from(["scalar", "list", "group"] if depth else ["scalar"]))
        if shape == "scalar":
            schema = draw(_scalars())(schema, name)
        elif shape == "list":
            schema = schema.list(name, draw(_schemas(depth=depth - 1)), default=[{}])
        else:
            schema = schema.group(name, draw(_schemas(depth=depth - 1)))
    return schema


def fits(value, node):
    """Whether a value fits a schema of the few keywords that ours use; no keyword goes unseen."""
    types = node["type"] if isinstance(node["type"], list) else [node["type"]]
    python = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "null": type(None),
        "integer": int,
        "number": (int, float),
    }
    right = [kind for kind in types if isinstance(value, python[kind])]
    if isinstance(value, bool):
        right = [kind for kind in right if kind == "boolean"]
    known = {"$schema", "type", "title", "properties", "required", "additionalProperties", "items"}
    known |= {"default", "minimum", "maximum", "minLength"}
    assert set(node) <= known
    if isinstance(value, dict):
        assert set(node.get("required", ())) <= set(value) <= set(node["properties"])
        return all(fits(part, node["properties"][key]) for key, part in value.items())
    if isinstance(value, list):
        return all(fits(part, node["items"]) for part in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return node.get("minimum", value) <= value <= node.get("maximum", value) and bool(right)
    return bool(right)


@settings(max_examples=60)
@given(_schemas())
def test_the_defaults_of_any_schema_fit_it(schema):
    model = schema.model()
    filled = validate(model, defaults(model))
    assert filled == validate(model, {}) == validate(model, filled)
    assert list(filled) == [field.name for field in schema.fields]
    assert fits(filled, json_schema(model))
