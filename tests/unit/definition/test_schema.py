"""What an author may write as a schema, and what is refused at once."""

from enum import Enum

import pytest

from athanor.definition.schema import ConfigSchema
from athanor.definition.validation import defaults, validate
from athanor.errors import InvalidDefinition


class Colour(Enum):
    DARK_RED = "dark_red"
    BLUE = "blue"


def test_fields_keep_the_order_in_which_they_were_written():
    """CFG-01"""
    schema = (
        ConfigSchema().field("z", int).field("a", int).list("m", int).group("b", ConfigSchema())
    )
    assert [field.name for field in schema.fields] == ["z", "a", "m", "b"]
    assert list(validate(schema.model(), {"b": {}, "a": 1})) == ["z", "a", "m", "b"]


def test_two_schemas_from_one_prefix_do_not_disturb_each_other():
    prefix = ConfigSchema().field("shared", int, default=1)
    left, right = prefix.field("left", int, default=2), prefix.field("right", int, default=3)
    assert defaults(left.model()) == {"shared": 1, "left": 2}
    assert defaults(right.model()) == {"shared": 1, "right": 3}
    assert defaults(prefix.model()) == {"shared": 1}


def test_a_property_is_found_by_its_name_or_is_none():
    """CFG-18"""
    schema = ConfigSchema().field("n", int, default=3, min=1, max=9, step=2, label="Count")
    found = schema.get_property("n")
    assert found is not None
    assert (found.type, found.default, found.min, found.max) == ("integer", 3, 1, 9)
    assert (found.step, found.label) == (2, "Count")
    assert schema.get_property("m") is None


@pytest.mark.parametrize(
    ("kind", "name"),
    [(int, "integer"), (float, "float"), (str, "string"), (bool, "boolean"), ("number", "float")]
    + [(name, name) for name in ("integer", "float", "string", "boolean")],
)
def test_types_may_be_python_types_or_names(kind, name):
    """CFG-08"""
    found = ConfigSchema().field("x", kind).get_property("x")
    assert found is not None
    assert found.type == name


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"type": "quaternion"}, "unknown type 'quaternion'"),
        ({"type": list}, "unknown type list"),
        ({"type": int, "default": 500, "max": 100}, "must be less than or equal to 100"),
        ({"type": int, "default": 0, "min": 1}, "must be greater than or equal to 1"),
        ({"type": int, "default": "5"}, "must be an integer"),
        ({"type": int, "default": True}, "must be an integer"),
        ({"type": bool, "default": 1}, "must be true or false"),
        ({"type": int, "min": 5, "max": 1}, "min 5 is greater than max 1"),
        ({"type": int, "min": 0.5}, "must be a whole number"),
        ({"type": float, "max": float("inf")}, "must be a finite number"),
        ({"type": float, "default": float("nan")}, "must be a finite number"),
        ({"type": str, "max": 3}, "max is for numbers and lists"),
        ({"type": str, "options": []}, "options must not be empty"),
        ({"type": str, "options": "abc"}, "options must be a list"),
        ({"type": str, "options": ["a", 1]}, "option 1 is not of the type string"),
        ({"type": str, "options": ["a", "a"]}, "must differ"),
        ({"type": str, "options": ["a"], "default": "b"}, "must be one of: a"),
        ({"type": "enum"}, "needs options"),
        ({"type": "enum", "options": ["a", 1]}, "of one type"),
        ({"type": Colour, "options": ["a"]}, "brings its own options"),
        ({"type": str, "label": 3}, "label must be text"),
        ({"type": str, "required": "yes"}, "required must be True or False"),
    ],
)
def test_a_wrong_field_is_refused_naming_it(options, words):
    with pytest.raises(InvalidDefinition, match="'speed'") as caught:
        ConfigSchema().field("speed", options.pop("type"), **options)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_name_must_be_text(name):
    with pytest.raises(InvalidDefinition, match="name must be text"):
        ConfigSchema().field(name, int)


def test_a_name_may_be_used_once():
    with pytest.raises(InvalidDefinition, match=r"'n'.*used twice"):
        ConfigSchema().field("n", int).list("n", int)


def test_a_group_needs_a_schema():
    with pytest.raises(InvalidDefinition, match=r"'g'.*needs a ConfigSchema"):
        ConfigSchema().group("g", int)


def test_the_default_of_a_list_must_fit_its_items():
    items = ConfigSchema().field("n", int, max=3)
    with pytest.raises(InvalidDefinition, match=r"'rows'.*rows\[1\]\.n.*less than or equal to 3"):
        ConfigSchema().list("rows", items, default=[{"n": 3}, {"n": 4}])


def test_the_default_of_a_group_may_leave_required_values_to_the_user():
    inner = ConfigSchema().field("key", str, required=True).field("url", str, default="u")
    schema = ConfigSchema().group("api", inner, default={"url": "v"})
    assert defaults(schema.model()) == {"api": {"url": "v"}}
    with pytest.raises(InvalidDefinition, match=r"'api'.*did you mean 'url'"):
        ConfigSchema().group("api", inner, default={"urll": "v"})


def test_a_default_is_never_shared_between_two_configurations():
    model = ConfigSchema().list("seeds", int, default=[1, 2]).model()
    validate(model, {})["seeds"].append(3)
    defaults(model)["seeds"].append(3)
    assert validate(model, {}) == defaults(model) == {"seeds": [1, 2]}


def test_an_empty_default_does_not_satisfy_required_but_stands_for_optional_text():
    needed = ConfigSchema().field("x", str, default="", required=True)
    assert defaults(needed.model()) == {}
    assert validate(ConfigSchema().field("x", str, default="").model(), {}) == {"x": ""}


def test_an_empty_list_does_not_satisfy_required_but_is_a_default_when_optional():
    for item in (int, ConfigSchema().field("n", int, required=True)):
        optional = ConfigSchema().list("x", item, default=[])
        assert defaults(optional.model()) == validate(optional.model(), {}) == {"x": []}
        needed = ConfigSchema().list("x", item, default=[], required=True)
        assert defaults(needed.model()) == {}


def test_an_enum_class_stores_raw_values_and_takes_members():
    """CFG-07"""
    model = ConfigSchema().field("colour", Colour, default=Colour.BLUE).model()
    assert validate(model, {}) == {"colour": "blue"}
    assert validate(model, {"colour": Colour.DARK_RED}) == {"colour": "dark_red"}
