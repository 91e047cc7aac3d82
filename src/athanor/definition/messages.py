"""What is wrong with a value, in our own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLAIN: dict[str, str] = {
    "missing": "is required",
    "required": "is required",
    "int_type": "must be an integer",
    "int_parsing": "must be an integer",
    "int_from_float": "must be an integer",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "set_type": "must be a list",
    "dict_type": "must be an object with named values",
    "model_type": "must be an object with named values",
    "model_attributes_type": "must be an object with named values",
    "none_required": "must be null",
    "extra_forbidden": "is not a known key",
    "int_parsing_size": "must be an integer with fewer digits",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "bytes_type": "must be text",
    "string_unicode": "must be text",
    "string_not_ascii": "must be plain ASCII text",
    "frozen_set_type": "must be a list",
    "deque_type": "must be a list",
    "iterable_type": "must be a list",
    "mapping_type": "must be an object with named values",
    "frozen_dict_type": "must be an object with named values",
    "ordered_dict_type": "must be an object with named values",
    "counter_type": "must be an object with named values",
    "dataclass_type": "must be an object with named values",
    "named_tuple_type": "must be a list",
    "invalid_key": "must have text as its keys",
    "date_type": "must be a date such as 2026-01-31",
    "date_parsing": "must be a date such as 2026-01-31",
    "date_from_datetime_parsing": "must be a date such as 2026-01-31",
    "date_from_datetime_inexact": "must be a date without a time",
    "date_past": "must be in the past",
    "date_future": "must be in the future",
    "time_type": "must be a time such as 13:45:00",
    "time_parsing": "must be a time such as 13:45:00",
    "datetime_type": "must be a date and time such as 2026-01-31T13:45:00Z",
    "datetime_parsing": "must be a date and time such as 2026-01-31T13:45:00Z",
    "datetime_from_date_parsing": "must be a date and time such as 2026-01-31T13:45:00Z",
    "timezone_naive": "must have no time zone",
    "timezone_aware": "must have a time zone",
    "time_delta_type": "must be a duration such as PT1H30M or 1:30:00",
    "time_delta_parsing": "must be a duration such as PT1H30M or 1:30:00",
    "url_type": "must be a URL",
    "url_parsing": "must be a URL",
    "url_syntax_violation": "must be a URL",
    "uuid_type": "must be a UUID",
    "uuid_parsing": "must be a UUID",
    "fraction_type": "must be a fraction such as 3/4",
    "fraction_parsing": "must be a fraction such as 3/4",
    "complex_type": "must be a complex number such as 1+2j",
    "complex_str_parsing": "must be a complex number such as 1+2j",
    "union_tag_not_found": "does not say which kind it is",
}


def message(error: Mapping[str, Any]) -> str:
    """The message for one error of pydantic's ``errors()``."""
    kind, context = error["type"], error.get("ctx", {})
    if error["input"] is None and kind.endswith("_type"):
        return "is required"
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _WITH_CONTEXT:
        return _WITH_CONTEXT[kind](context)
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error") or in_own_words(error["msg"])) or "is not accepted"
    return in_own_words(error["msg"])


def number(value: Any) -> str:
    """A bound the way a person writes it: ``100`` and not ``100.0``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def in_own_words(text: str) -> str:
    """pydantic's text about a value, as a message that follows the name of a field."""
    text = re.sub(r"^(?:Value error|Assertion failed), ", "", text)
    text = re.sub(r"^(?:\w+ )?(?:[Ii]nput )?should ", "must ", text)
    text = re.sub(r"(?:, or invalid)?, (?:unable to|got) .*$", "", text)
    text = re.sub(r"\ba valid ", "a ", text)
    text = re.sub(r"\ba (?=integer|object)", "an ", text)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _bound(words: str, key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda context: f"must be {words} {number(context[key])}"


def _length(words: str, key: str, unit: str) -> Callable[[Mapping[str, Any]], str]:
    def text(context: Mapping[str, Any]) -> str:
        count = context[key]
        return f"must have {words} {count} {unit}{'' if count == 1 else 's'}"

    return text


def _expected(context: Mapping[str, Any]) -> str:
    values = re.sub(r" or (?=[^,]*$)", ", ", str(context["expected"]))
    return "must be one of: " + values.replace("'", "")


_WITH_CONTEXT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "less_than_equal": _bound("less than or equal to", "le"),
    "less_than": _bound("less than", "lt"),
    "greater_than_equal": _bound("greater than or equal to", "ge"),
    "greater_than": _bound("greater than", "gt"),
    "multiple_of": _bound("a multiple of", "multiple_of"),
    "too_short": _length("at least", "min_length", "item"),
    "too_long": _length("at most", "max_length", "item"),
    "string_too_short": _length("at least", "min_length", "character"),
    "string_too_long": _length("at most", "max_length", "character"),
    "literal_error": _expected,
    "enum": _expected,
    "union_tag_invalid": lambda context: f"must be of a kind among: {context['expected_tags']}",
    "url_scheme": lambda context: f"must be a URL that begins with {context['expected_schemes']}",
    "uuid_version": lambda context: f"must be a UUID of version {context['expected_version']}",
    "string_pattern_mismatch": lambda context: f"must match the pattern {context['pattern']}",
}
