"""Every message about a value is in our own words."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from athanor.definition.messages import in_own_words, message

NUMBERS = """
gt ge lt le multiple_of min_length max_length actual_length max_digits decimal_places whole_digits
expected_version tz_expected tz_actual
"""
WORDS = """
error expected pattern class_name class discriminator tag expected_tags expected_schemes field_type
method_name attribute encoding encoding_error
"""
CONTEXT = {**dict.fromkeys(NUMBERS.split(), 2), **dict.fromkeys(WORDS.split(), "X")}


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_message_says_input_should(kind):
    known = PydanticKnownError(kind, CONTEXT)
    words = message({"type": kind, "ctx": CONTEXT, "msg": known.message(), "input": "x"})
    assert words
    assert "nput should" not in words
    assert "unable to" not in words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Input should be a valid number, unable to parse string as a number", "must be a number"),
        ("Input should be a valid integer, got a number with a part", "must be an integer"),
        ("Value error, the end is before the start", "the end is before the start"),
        ("Assertion failed, no", "no"),
        ("URL scheme should be http", "URL scheme should be http"),
    ],
)
def test_texts_are_put_into_our_own_words(text, words):
    assert in_own_words(text) == words


def test_a_refusal_without_words_still_says_something():
    error = {"type": "value_error", "ctx": {"error": ValueError()}, "input": 1}
    assert message({**error, "msg": "Value error, "}) == "is not accepted"
