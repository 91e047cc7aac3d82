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
        return str(context.get("error") or error["msg"])
    return _own_words(error["msg"])


def number(value: Any) -> str:
    """A bound the way a person writes it: ``100`` and not ``100.0``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _own_words(text: str) -> str:
    text = re.sub(r"^Input should ", "must ", text)
    return text[:1].lower() + text[1:]


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
    "string_pattern_mismatch": lambda context: f"must match the pattern {context['pattern']}",
}
