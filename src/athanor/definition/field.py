"""One field of a configuration schema, checked when it is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from athanor.definition.labels import humanise
from athanor.errors import InvalidDefinition

UNSET: Any = ...
"""Stands for "no default"; None would not do, because it reads as a value."""

_SCALARS: dict[Any, str] = {
    int: "integer",
    float: "float",
    str: "string",
    bool: "boolean",
    "integer": "integer",
    "float": "float",
    "number": "float",
    "string": "string",
    "boolean": "boolean",
}
_PYTHON_TYPES: dict[str, Any] = {"integer": int, "float": float, "string": str, "boolean": bool}


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen, with what people see."""

    value: str | int | float | bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One named part of a configuration.

    ``type`` is integer, float, string, boolean, list or group. ``min`` and ``max`` are inclusive;
    for a list they count its items. ``step`` and ``format`` are hints for a form, never checked.
    ``item`` is the ConfigSchema or pydantic model of a group or of a list's items; a list of plain
    values has a Field there.
    """

    name: str
    type: str
    default: Any = UNSET
    required: bool = False
    label: str | None = None
    description: str | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    options: tuple[Option, ...] = ()
    format: str | None = None
    item: Any = None

    @property
    def has_default(self) -> bool:
        """Whether a missing key has a value to take.

        None counts as no default, and so does an empty one that ``required`` would refuse.
        """
        if self.required and self.default in ("", []):
            return False
        return self.default is not UNSET and self.default is not None

    @property
    def python_type(self) -> Any:
        """The Python type of a scalar field."""
        return _PYTHON_TYPES[self.type]


def scalar(name: str, kind: Any, *, options: Any = None, **given: Any) -> Field:
    """A scalar field from what an author wrote, or InvalidDefinition naming the field."""
    check_name(name)
    choices = _options(name, kind, options)
    field = Field(name=name, type=_scalar_type(name, kind, choices), options=choices, **given)
    check_texts(field)
    _check_options(field)
    return _with_plain_default(_with_bounds(field, integral=field.type == "integer"))


def composite(name: str, kind: str, item: Any, **given: Any) -> Field:
    """A list or group field from what an author wrote, or InvalidDefinition naming the field."""
    check_name(name)
    field = Field(name=name, type=kind, item=item, **given)
    check_texts(field)
    return _with_bounds(field, integral=True)


def invalid(name: object, problem: str) -> InvalidDefinition:
    """The error for a field whose definition is wrong."""
    return InvalidDefinition(f"Field {name!r}: {problem}")


def check_name(name: object) -> None:
    """Any text is a good name as long as there is some."""
    if not isinstance(name, str) or not name:
        raise invalid(name, f"the name must be text that is not empty, got {name!r}.")


def check_texts(field: Field) -> None:
    """Refuse a label, description or format that is not text, and a required that is no flag."""
    for attribute in ("label", "description", "format"):
        value = getattr(field, attribute)
        if value is not None and not isinstance(value, str):
            raise invalid(field.name, f"{attribute} must be text, got {value!r}.")
    if not isinstance(field.required, bool):
        raise invalid(field.name, f"required must be True or False, got {field.required!r}.")


def _scalar_type(name: str, kind: Any, choices: tuple[Option, ...]) -> str:
    if kind == "enum" or _is_enum(kind):
        return _type_of_options(name, choices)
    try:
        return _SCALARS[kind]
    except (KeyError, TypeError):
        raise invalid(
            name,
            f"unknown type {_shown(kind)}; expected integer, float, number, string, boolean or "
            "enum (or int, float, str, bool or an Enum class). "
            "For nested parts use .list(...) or .group(...).",
        ) from None


def _type_of_options(name: str, choices: tuple[Option, ...]) -> str:
    types = {type(choice.value) for choice in choices}
    if types <= {int, float} and len(types) == 2:
        return "float"
    if len(types) != 1:
        raise invalid(name, "all options of an enum must be of one type: text, numbers or flags.")
    return _SCALARS[types.pop()]


def _options(name: str, kind: Any, options: Any) -> tuple[Option, ...]:
    if _is_enum(kind):
        if options is not None:
            raise invalid(name, "an Enum class brings its own options; leave `options` out.")
        options = kind
    if options is None:
        if kind == "enum":
            raise invalid(name, "an enum needs options=[...], or give an Enum class as the type.")
        return ()
    if isinstance(options, str) or not isinstance(options, Iterable):
        raise invalid(name, f"options must be a list of values, got {options!r}.")
    choices = tuple(_option(name, entry) for entry in _pairs(options))
    if not choices:
        raise invalid(name, "options must not be empty.")
    return choices


def _pairs(options: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(options, Mapping):
        return options.items()
    return ((entry, None) for entry in options)


def _option(name: str, entry: tuple[Any, Any]) -> Option:
    value, label = entry
    raw = plain(value)
    if not isinstance(raw, str | int | float) or not _finite(raw):
        raise invalid(name, f"options must be text, numbers or flags, got {raw!r}.")
    if label is None:
        label = humanise(raw if isinstance(raw, str) else getattr(value, "name", raw))
    return Option(raw, str(label))


def _check_options(field: Field) -> None:
    values = [option.value for option in field.options]
    for option in values:
        if not _fits(option, field.type):
            raise invalid(field.name, f"option {option!r} is not of the type {field.type}.")
    if len(set(values)) != len(values):
        raise invalid(field.name, "options must differ from each other.")


def _with_bounds(field: Field, *, integral: bool) -> Field:
    numeric = field.type in {"integer", "float", "list"}
    changes = {}
    for attribute in ("min", "max", "step"):
        value = getattr(field, attribute)
        if value is None:
            continue
        if not numeric:
            raise invalid(field.name, f"{attribute} is for numbers and lists, not {field.type}.")
        changes[attribute] = _bound(field.name, attribute, value, integral=integral)
    low, high = changes.get("min"), changes.get("max")
    if low is not None and high is not None and low > high:
        raise invalid(field.name, f"min {low} is greater than max {high}.")
    return _replaced(field, **changes)


def _bound(name: str, attribute: str, value: Any, *, integral: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise invalid(name, f"{attribute} must be a finite number, got {value!r}.")
    if integral and value != int(value):
        raise invalid(name, f"{attribute} must be a whole number, got {value!r}.")
    return int(value) if integral else value


def _with_plain_default(field: Field) -> Field:
    return _replaced(field, default=plain(field.default)) if field.has_default else field


def _replaced(field: Field, **changes: Any) -> Field:
    return replace(field, **changes) if changes else field


def plain(value: Any) -> Any:
    """The raw value of an enum member, anything else as it is."""
    return value.value if isinstance(value, Enum) else value


def _fits(value: Any, kind: str) -> bool:
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is _PYTHON_TYPES[kind]


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _shown(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else repr(kind)
