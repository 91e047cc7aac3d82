"""Large values part by part."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.errors import InvalidInput, ResultNotFound
from athanor.harness.parts import part_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=12,
)


@given(VALUES)
def test_every_part_can_be_reached_by_the_path_that_its_parent_says(value):
    assert gathered(value) == value


def gathered(value, path=""):
    """The value, put together from its parts alone."""
    part = part_of(value, path, max_chars=2, limit=2)
    if not part.truncated:
        return part.value
    if part.type == "string":
        return part_of(value, path, max_chars=10**9).value
    children, first = part.children, part.next_child
    while first is not None:
        more = part_of(value, path, max_chars=2, limit=2, first=first)
        children, first = [*children, *more.children], more.next_child
    assert len(children) == part.length
    whole = [gathered(value, child.path) for child in children]
    return whole if part.type == "array" else dict(zip(keys_of(value, path), whole, strict=True))


def keys_of(value, path):
    return part_of(value, path, max_chars=10**9).value.keys()


def test_a_small_value_is_given_whole_and_says_what_it_is():
    part = part_of({"a": [1, 2]})
    assert (part.type, part.length, part.truncated, part.children) == ("object", 1, False, [])
    assert part.value == {"a": [1, 2]}
    assert part.size_chars == len('{"a":[1,2]}')


def test_a_long_text_is_given_from_its_begin():
    part = part_of({"t": "x" * 100}, "t", max_chars=10)
    assert (part.type, part.length, part.value, part.truncated) == ("string", 100, "x" * 10, True)


def test_a_hundred_thousand_nodes_are_given_a_page_at_a_time():
    value = {"rows": [{"n": number} for number in range(100_000)]}
    part = part_of(value, "rows", first=99_950, limit=100)
    assert [child.value["n"] for child in part.children] == list(range(99_950, 100_000))
    assert part.next_child is None
    assert len(json.dumps(part.preview)) < 500


@pytest.mark.parametrize("path", ["b", "a.2", "a.-1", "a.x", "a.0.x", "a.٣", "a."])
def test_what_is_not_there_is_named_with_what_is(path):
    with pytest.raises(ResultNotFound, match="of the type"):
        part_of({"a": [1, 2]}, path)


def test_a_path_that_cannot_be_read_is_refused():
    with pytest.raises(InvalidInput, match="backslash"):
        part_of({}, "a\\b")


def test_half_of_a_surrogate_pair_is_measured_and_shown_as_it_is() -> None:
    found = part_of(["\ud800"], max_chars=10)

    assert (found.size_chars, found.preview, found.value) == (5, '["\ud800"]', ["\ud800"])
