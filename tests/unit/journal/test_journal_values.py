"""What an author may hand over, and what it becomes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
import types
import uuid
from collections import OrderedDict, namedtuple
from pathlib import Path, PureWindowsPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from athanor.journal.format import encode, raw
from athanor.journal.values import is_flat, plain, text

UTF8 = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | UTF8,
    lambda inner: st.lists(inner) | st.dictionaries(UTF8, inner),
    max_leaves=30,
)


class Colour(enum.Enum):
    RED = "red"
    PAIR = (1, 2)


class Mode(enum.StrEnum):
    FAST = "fast"


class OldMode(str, enum.Enum):  # noqa: UP042 - older code has these
    SLOW = "slow"


class Point(BaseModel):
    x: float
    where: Path = Field(alias="at")


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    number: int
    inner: object = None


Pair = namedtuple("Pair", "left right")


class Label(str):
    __slots__ = ()

    def __str__(self):
        return self  # a subclass whose str() never becomes a plain one


class Count(int):
    pass


MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
ID = uuid.UUID(int=5)

KINDS = {
    "dataclass": (Trial(1, Trial(2)), {"number": 1, "inner": {"number": 2, "inner": None}}),
    "pydantic model, by alias": (Point(x=1, at="a/b"), {"x": 1.0, "at": "a/b"}),
    "datetime": (MOMENT, "2026-01-02T03:04:05.000006+00:00"),
    "date": (MOMENT.date(), "2026-01-02"),
    "time": (MOMENT.time(), "03:04:05.000006"),
    "uuid": (ID, str(ID)),
    "path": (Path("a/b"), "a/b"),
    "windows path": (PureWindowsPath("a\\b"), "a\\b"),
    "path that is no UTF-8": (Path("a\udcff"), "a\\udcff"),
    "enum": (Colour.RED, "red"),
    "enum of a tuple": (Colour.PAIR, [1, 2]),
    "text enum": ([Mode.FAST, OldMode.SLOW], ["fast", "slow"]),
    "set": ({3, 1, 2}, [1, 2, 3]),
    "frozenset of mixed kinds": (frozenset({"a", 1}), [1, "a"]),
    "tuple": ((1, (2,)), [1, [2]]),
    "named tuple": (Pair(1, 2), [1, 2]),
    "ordered dict": (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    "mapping that is no dict": (types.MappingProxyType({"a": 1}), {"a": 1}),
    "str subclass": (Label("x"), "x"),
    "int subclass": (Count(7), 7),
    "beyond 64 bits": ([2**64, -(2**200)], [2**64, -(2**200)]),
    "NUL": ("a\0b", "a\0b"),
    "lone surrogate": ("a\ud800b", "a\\ud800b"),
    "lone surrogate in a key": ({"\udfff": 1}, {"\\udfff": 1}),
    "NaN and infinities": (
        [math.nan, math.inf, -math.inf],
        ["NaN", "Infinity", "-Infinity"],
    ),
    "numpy integer": (np.int32(4), 4),
    "numpy float": (np.float32(0.5), 0.5),
    "numpy float64 that is NaN": (np.float64("nan"), "NaN"),
    "numpy long double": (np.array([1.5, -np.inf], dtype=np.longdouble), [1.5, "-Infinity"]),
    "numpy bool": (np.bool_(True), True),
    "numpy text": (np.array(["a", "b"]), ["a", "b"]),
    "numpy array": (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    "numpy array without a dimension": (np.array(3), 3),
    "numpy array with NaN": (np.array([1.0, np.nan, np.inf]), [1.0, "NaN", "Infinity"]),
    "numpy dates": (np.array(["2020-01-01", "NaT"], dtype="M8[D]"), ["2020-01-01", None]),
    "numpy objects": (np.array([Path("a"), {1}], dtype=object), ["a", [1]]),
    "number keys": ({1: "a", np.int64(2): "b"}, {"1": "a", "2": "b"}),
    "truth keys, as JSON writes them": ({True: 1}, {"true": 1}),
    "enum and id keys": ({Colour.RED: 1, ID: 2}, {"red": 1, str(ID): 2}),
}


@pytest.mark.parametrize(("value", "expected"), KINDS.values(), ids=KINDS)
def test_each_documented_kind_has_its_json_form(value, expected):
    """API-10"""
    assert plain(value) == expected
    assert json.loads(encode(plain({"in": [value]}))) == {"in": [expected]}


@given(JSON)
def test_what_is_json_already_comes_back_as_it_was(value):
    """API-09"""
    assert json.loads(bytes(raw(plain(value)))) == value


@given(st.recursive(st.floats() | st.text(), st.lists))
def test_any_text_and_any_float_can_be_encoded(value):
    json.loads(encode(plain(value)), parse_constant=pytest.fail)


@given(JSON)
def test_what_is_called_flat_needs_no_conversion(value):
    if is_flat(value):
        assert plain(value) == value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float64(1)])
def test_a_dict_with_a_special_float_is_not_flat(number):
    assert not is_flat({"a": number})


@pytest.mark.parametrize(
    "value",
    [
        b"x",
        bytearray(b"x"),
        object(),
        1j,
        np.complex128(1),
        np.clongdouble(1),
        np.bytes_(b"x"),
        np.array([b"x"]),
        np.zeros(1, dtype=[("a", "f4")]),
        dt.timedelta(1),
        range(3),
        (n for n in ()),
        Trial,
        Trial(1, b"x"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_kind_without_a_json_form_raises_and_names_its_place(value):
    """API-10"""
    with pytest.raises(TypeError, match=r"^value\.outer\[1\].*(type|JSON)"):
        plain({"outer": [0, value]})


def test_bytes_inside_a_dataclass_inside_a_model_are_found():
    class Holder(BaseModel):
        trials: list[Trial]

    with pytest.raises(TypeError, match=r"^value\.trials\[0\]\.inner is of type bytes"):
        plain(Holder(trials=[Trial(1, b"x")]))


@pytest.mark.parametrize("key", [1.5, None, (1,), b"a", Colour.PAIR, np.float64(1)])
def test_a_key_that_json_cannot_have_raises(key):
    with pytest.raises(TypeError, match=r"value\.a has a key of type .*; JSON keys are text"):
        plain({"a": {key: 1}})


def test_two_keys_that_become_one_raise_instead_of_losing_a_value():
    with pytest.raises(TypeError, match="two keys that are both '1'"):
        plain({1: "a", "1": "b"})


def looping_list():
    value = []
    value.append(value)
    return value


def looping_dict():
    value = {}
    value["again"] = [value]
    return value


def looping_array():
    value = np.empty(1, dtype=object)
    value[0] = value
    return value


@pytest.mark.parametrize("make", [looping_list, looping_dict, looping_array])
def test_a_value_that_contains_itself_raises_a_short_error(make):
    with pytest.raises(TypeError, match="contains itself") as caught:
        plain(make())
    assert len(str(caught.value)) < 200


def test_a_nesting_of_two_hundred_is_allowed():
    value = 1
    for _ in range(200):
        value = [value]
    assert plain(value) == value


@given(st.text())
def test_text_changes_only_what_utf8_cannot_carry(value):
    carried = text(value)
    carried.encode()
    assert carried == "".join(f"\\u{ord(c):x}" if 0xD800 <= ord(c) < 0xE000 else c for c in value)
