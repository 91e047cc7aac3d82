"""What a configuration may hold, and what is said about one that does not fit."""

import json
import math
from datetime import datetime
from enum import Enum
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from athanor.definition.schema import ConfigSchema
from athanor.definition.validation import defaults, validate
from athanor.errors import ValidationFailed

PAIR = ConfigSchema().field("model_a", str, required=True).field("weight", float, default=0.5)
SCHEMA = (
    ConfigSchema()
    .field("iterations", int, default=10, min=1, max=100)
    .field("rate", float, default=0.7, min=0, max=1)
    .field("note", str)
    .field("mode", str, default="fast", options=["fast", "slow"])
    .field("verbose", bool, default=True)
    .list("pairs", PAIR)
    .group("api", ConfigSchema().field("base_url", str, default="http://x").field("port", int))
)


def problems(configuration, schema=SCHEMA):
    model = schema.model() if isinstance(schema, ConfigSchema) else schema
    with pytest.raises(ValidationFailed) as caught:
        validate(model, configuration)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def one(kind, **options):
    return ConfigSchema().field("x", kind, **options).model()


def test_missing_keys_take_their_defaults_or_none():
    """CFG-20"""
    assert validate(SCHEMA.model(), {}) == {
        "iterations": 10,
        "rate": 0.7,
        "note": None,
        "mode": "fast",
        "verbose": True,
        "pairs": [],
        "api": {"base_url": "http://x", "port": None},
    }


def test_items_of_a_list_take_their_defaults():
    """CFG-13, CFG-16"""
    assert validate(SCHEMA.model(), {"pairs": [{"model_a": "m"}]})["pairs"] == [
        {"model_a": "m", "weight": 0.5}
    ]


def test_a_group_is_a_map_under_its_key():
    """CFG-14"""
    given = validate(SCHEMA.model(), {"api": {"port": 80}})
    assert given["api"] == {"base_url": "http://x", "port": 80}


def test_every_problem_is_told_at_once_with_its_place():
    """CFG-19, CFG-21"""
    assert problems(
        {
            "iterations": 5000,
            "rate": -1,
            "note": 3,
            "mode": "medium",
            "verbose": "yes",
            "pairs": [{}, {"model_a": "m", "weight": "heavy"}, 7],
            "api": [],
        }
    ) == [
        ("iterations", "must be less than or equal to 100"),
        ("rate", "must be greater than or equal to 0"),
        ("note", "must be text"),
        ("mode", "must be one of: fast, slow"),
        ("verbose", "must be true or false"),
        ("pairs[0].model_a", "is required"),
        ("pairs[1].weight", "must be a number"),
        ("pairs[2]", "must be an object with named values"),
        ("api", "must be an object with named values"),
    ]


def test_an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one():
    """CFG-22"""
    assert problems(
        {"iteratons": 3, "pairs": [{"model_a": "m", "wieght": 1}], "api": {"q": 1}}
    ) == [
        ("iteratons", "is not a known key; did you mean 'iterations'?"),
        ("pairs[0].wieght", "is not a known key; did you mean 'weight'?"),
        ("api.q", "is not a known key; known keys are: base_url, port"),
    ]


def test_where_nothing_can_be_configured_every_key_is_unknown():
    assert problems({"n": 1}, ConfigSchema()) == [
        ("n", "is not a known key; no keys are known here")
    ]


@pytest.mark.parametrize("value", [1, 100])
def test_a_value_equal_to_a_bound_passes(value):
    """CFG-23"""
    assert validate(SCHEMA.model(), {"iterations": value})["iterations"] == value


@pytest.mark.parametrize(("kind", "value"), [(int, 0), (float, 0.0), (bool, False)])
def test_zero_and_false_satisfy_required(kind, value):
    """CFG-24"""
    assert validate(one(kind, required=True), {"x": value}) == {"x": value}


@pytest.mark.parametrize("configuration", [{}, {"x": ""}, {"x": None}])
def test_missing_empty_and_null_do_not_satisfy_required(configuration):
    """CFG-10"""
    assert problems(configuration, ConfigSchema().field("x", str, required=True)) == [
        ("x", "is required")
    ]


def test_an_empty_list_does_not_satisfy_required():
    schema = ConfigSchema().list("rows", int, required=True)
    assert problems({}, schema) == [("rows", "is required")]
    assert problems({"rows": []}, schema) == [("rows", "must have at least 1 item")]


def test_the_length_of_a_list_is_bounded_by_min_and_max():
    schema = ConfigSchema().list("rows", int, min=2, max=3)
    assert problems({"rows": [1]}, schema) == [("rows", "must have at least 2 items")]
    assert problems({"rows": [1] * 4}, schema) == [("rows", "must have at most 3 items")]


def test_empty_text_is_allowed_when_not_required():
    """CFG-04"""
    assert validate(one(str), {"x": ""}) == {"x": ""}
    assert validate(one(str, default="d"), {"x": ""}) == {"x": ""}


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, True, "must be an integer"),
        (int, "5", "must be an integer"),
        (int, 2.5, "must be an integer"),
        (float, True, "must be a number"),
        (float, "0.5", "must be a number"),
        (float, math.nan, "must be a finite number"),
        (float, math.inf, "must be a finite number"),
        (bool, 1, "must be true or false"),
        (bool, "true", "must be true or false"),
        (str, 5, "must be text"),
        (str, b"x", "cannot be written as JSON (it is of the type bytes)"),
        (str, "\ud800", "cannot be written as JSON (it is of the type str)"),
        (str, object(), "cannot be written as JSON (it is of the type object)"),
    ],
)
def test_nothing_is_guessed(kind, value, words):
    assert problems({"x": value}, ConfigSchema().field("x", kind)) == [("x", words)]


def test_a_whole_number_will_do_for_a_float():
    """CFG-03"""
    given = validate(one(float), {"x": 3})
    assert given == {"x": 3.0}
    assert validate(one("number"), {"x": 0.7}) == {"x": 0.7}


def test_true_is_not_taken_for_the_option_one():
    assert problems({"x": True}, ConfigSchema().field("x", int, options=[1, 2])) == [
        ("x", "must be an integer")
    ]


def test_step_and_format_are_hints_only():
    """CFG-09"""
    schema = ConfigSchema().field("n", int, step=10).field("mail", str, format="email")
    assert validate(schema.model(), {"n": 7, "mail": "no"}) == {"n": 7, "mail": "no"}


@pytest.mark.parametrize("configuration", [None, [], "x", 3, True])
def test_a_configuration_that_is_no_object_is_refused(configuration):
    ((path, words),) = problems(configuration)
    assert path == ""
    assert "must be an object" in words
    assert type(configuration).__name__ in words


def test_a_configuration_that_holds_itself_or_nests_without_end_is_refused():
    circle: dict[str, object] = {}
    circle["x"] = circle
    assert problems(circle) == [("", "is nested too deeply (or holds itself)")]


def test_keys_must_be_text():
    assert problems({1: 2}) == [("", "keys must be text, got 1")]


@pytest.mark.parametrize(
    "name",
    ["copy", "schema", "model_config", "model_fields", "model_dump", "validate", "json", "dict"],
)
def test_the_names_that_pydantic_uses_itself_will_do(name):
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "class",
        "self",
        "a.b",
        "a b",
        "_x",
        "__init__",
        "field_78",
        "-",
        "0",
        "名前",
        "🧪",
        "x" * 500,
    ],
)
def test_any_text_will_do_as_a_name(name):
    check_name(name)


def check_name(name):
    schema = (
        ConfigSchema()
        .field(name, int, default=1, max=3)
        .group("g", ConfigSchema().field(name, int, required=True))
    )
    assert validate(schema.model(), {name: 2, "g": {name: 4}}) == {name: 2, "g": {name: 4}}
    assert problems({name: 4}, schema) == [
        (name, "must be less than or equal to 3"),
        (f"g.{name}", "is required"),
    ]
    assert defaults(schema.model()) == {name: 1, "g": {}}


def test_lists_and_groups_nest_to_any_depth():
    """CFG-15"""
    schema = ConfigSchema().field("leaf", int, default=0, max=9)
    for level in range(20):
        schema = (
            ConfigSchema().list("l", schema) if level % 2 else ConfigSchema().group("g", schema)
        )
    value: object = {"leaf": 10}
    path = "leaf"
    for level in range(20):
        value, step = ({"l": [value]}, "l[0]") if level % 2 else ({"g": value}, "g")
        path = f"{step}.{path}"
    assert problems(value, schema) == [(path, "must be less than or equal to 9")]
    validate(schema.model(), {"l": [{"g": {"l": []}}]})


def test_the_result_is_plain_json_and_valid_itself():
    given = validate(SCHEMA.model(), {"pairs": [{"model_a": "m"}], "rate": 1})
    again = json.loads(json.dumps(given))
    assert again == given == validate(SCHEMA.model(), again)


# --- models written by hand ----------------------------------------------------------------------


class Tone(Enum):
    SOFT = "soft"
    LOUD = "loud"


class Inner(BaseModel):
    key: str
    size: Literal["small", "large"] = "small"


class Node(BaseModel):
    value: int = 0
    children: list["Node"] = []


class ByHand(BaseModel):
    count: int = Field(3, ge=1, le=10)
    tone: Tone = Tone.SOFT
    inner: Inner = Inner(key="k")
    many: list[Inner] = Field(default_factory=list)
    either: int | bool | None = None
    tree: Node = Node()
    when: datetime | None = None
    named: dict[str, Inner] = {}
    odd: int = 1

    @field_validator("odd")
    @classmethod
    def be_odd(cls, value):
        if value % 2 == 0:
            raise ValueError("must be odd, like us")
        return value

    @model_validator(mode="after")
    def be_consistent(self):
        if self.count == 7:
            raise ValueError("seven is taken")
        return self


def test_a_model_by_hand_is_checked_as_strictly():
    assert problems(
        {
            "count": "3",
            "tone": "shrill",
            "inner": {"kee": 1, "key": "x", "size": "huge"},
            "either": "x",
            "tree": {"children": [{"value": 1, "extra": 2}]},
            "named": {"a": {"key": "x", "sise": "small"}},
            "odd": 2,
        },
        ByHand,
    ) == [
        ("inner.kee", "is not a known key; did you mean 'key'?"),
        ("tree.children[0].extra", "is not a known key; known keys are: value, children"),
        ("named.a.sise", "is not a known key; did you mean 'size'?"),
        ("count", "must be an integer"),
        ("tone", "must be one of: soft, loud"),
        ("inner.size", "must be one of: small, large"),
        ("either", "must be an integer, or must be true or false"),
        ("odd", "must be odd, like us"),
    ]


def test_a_validator_of_the_whole_model_speaks_for_itself():
    assert problems({"count": 7}, ByHand) == [("", "seven is taken")]


def test_a_model_by_hand_takes_what_json_can_say():
    given = validate(ByHand, {"when": "2026-01-02T03:04:05Z", "tone": "loud", "either": True})
    assert (given["when"], given["tone"], given["either"]) == ("2026-01-02T03:04:05Z", "loud", True)
    assert validate(ByHand, given) == given
    assert validate(ByHand, {"tone": Tone.LOUD, "inner": Inner(key="z")})["inner"]["key"] == "z"


def test_a_model_that_allows_extra_keys_keeps_them():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        n: int = 1

    assert validate(Open, {"other": [1]}) == {"n": 1, "other": [1]}


def test_the_defaults_of_a_model_leave_out_what_only_the_user_knows():
    class Outer(BaseModel):
        inner: Inner
        name: str
        many: list[int] = Field(default_factory=lambda: [1])

    assert defaults(Outer) == {"inner": {"size": "small"}, "many": [1]}
