"""Checks a configuration against a model and fills in the defaults."""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from athanor.definition.jsonschema import alternatives, shared_json_schema
from athanor.definition.messages import message
from athanor.definition.model import PREFIX, external_name, model_of
from athanor.errors import FieldProblem, ValidationFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athanor.definition.field import Field

Place = tuple[str | int, ...]

TOO_DEEP = "is nested too deeply (or holds itself)"
_OBJECT_EXPECTED = "the configuration must be an object with named values, got {}"


def validate(model: type[BaseModel], configuration: Any) -> dict[str, Any]:
    """The configuration with its defaults, as JSON values in the order of the schema.

    Raises ValidationFailed with everything that is wrong. Nothing is guessed: ``"5"`` is no
    integer and neither is True, but 3 will do for a float.
    """
    return dumped(instantiated(model, configuration))


def instantiated(model: type[BaseModel], configuration: Any) -> BaseModel:
    """The configuration as an object of the model, or ValidationFailed."""
    if not isinstance(configuration, dict):
        got = type(configuration).__name__
        raise ValidationFailed((FieldProblem("", _OBJECT_EXPECTED.format(got)),))
    text = _encoded(configuration)
    schema = shared_json_schema(model)
    unknown = list(_unknown_keys(configuration, schema, schema, ()))
    try:
        made = model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise ValidationFailed(_problems(error, configuration, unknown)) from None
    if unknown:
        raise ValidationFailed(_in_words(unknown))
    return made


def dumped(made: BaseModel) -> dict[str, Any]:
    """The JSON values of a model object, by the author's names."""
    return made.model_dump(mode="json", by_alias=True, round_trip=True)


def defaults(model: type[BaseModel]) -> dict[str, Any]:
    """What a new form shows: every default there is; required fields without one are left out."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.validation_alias if isinstance(field.validation_alias, str) else name
        inner = field.annotation
        value = ... if field.is_required() else field.get_default(call_default_factory=True)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            given = to_jsonable_python(value, by_alias=True) if value is not ... else {}
            found[key] = _merged(defaults(inner), given)
        elif value is not ...:
            found[key] = to_jsonable_python(value, by_alias=True)
    return found


def problems_of_default(field: Field) -> list[str]:
    """What is wrong with the default of a field; a group may leave required values to the user."""
    from dataclasses import replace

    model = model_of([replace(field, default=...)])
    try:
        validate(model, {field.name: field.default})
    except ValidationFailed as failure:
        return [
            f"{problem.path}: {problem.message}" if problem.path != field.name else problem.message
            for problem in failure.problems
            if not (field.type == "group" and problem.message == "is required")
        ]
    return []


def _merged(below: dict[str, Any], above: Any) -> Any:
    if not isinstance(above, dict):
        return above
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        merged[key] = _merged(inner, value) if isinstance(inner, dict) else value
    return merged


# --- before pydantic looks -----------------------------------------------------------------------


def _encoded(configuration: dict[str, Any]) -> bytes:
    try:
        problems = list(_not_json(configuration, ()))
    except RecursionError:
        problems = [((), TOO_DEEP)]
    if problems:
        raise ValidationFailed(_in_words(problems))
    return to_json(configuration, by_alias=True)


def _not_json(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """What no JSON text can hold: infinities, lone surrogates, arbitrary objects."""
    if isinstance(value, dict):
        for key, part in value.items():
            if isinstance(key, str):
                yield from _not_json(part, (*place, key))
            else:
                yield place, f"keys must be text, got {key!r}"
    elif isinstance(value, list | tuple):
        for position, part in enumerate(value):
            yield from _not_json(part, (*place, position))
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, "must be a finite number"
    elif not isinstance(value, int | float | None) and not _encodable(value):
        yield place, f"cannot be written as JSON (it is of the type {type(value).__name__})"


def _encodable(value: Any) -> bool:
    if isinstance(value, bytes | bytearray | memoryview):
        return False  # to_json would take them for text
    try:
        to_json(value)
    except (PydanticSerializationError, UnicodeError):
        return False
    return True


def _unknown_keys(
    value: Any, node: Any, root: dict[str, Any], place: Place
) -> Iterator[tuple[Place, str]]:
    """Keys that no alternative of the schema knows, with the nearest one that is known."""
    kinds = list(alternatives(node, root))
    if isinstance(value, dict):
        objects = [kind for kind in kinds if "properties" in kind]
        closed = bool(objects) and all(
            not kind.get("additionalProperties", "properties" not in kind)
            for kind in kinds
            if "properties" in kind or kind.get("type") == "object"
        )
        known = {key: part for kind in objects for key, part in kind["properties"].items()}
        for key, part in value.items():
            if key in known:
                parts = [kind["properties"][key] for kind in objects if key in kind["properties"]]
                yield from _unknown_keys(part, {"anyOf": parts}, root, (*place, key))
            elif values := [v for kind in kinds if (v := kind.get("additionalProperties"))]:
                yield from _unknown_keys(part, {"anyOf": values}, root, (*place, key))
            elif closed:
                yield (*place, key), _not_known(key, list(known))
    elif isinstance(value, list):
        items = [kind["items"] for kind in kinds if isinstance(kind.get("items"), dict)]
        for position, part in enumerate(value if items else ()):
            yield from _unknown_keys(part, {"anyOf": items}, root, (*place, position))


def _not_known(key: str, known: list[str]) -> str:
    near = get_close_matches(key.lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    if near:
        name = next(name for name in known if name.lower() == near[0])
        return f"is not a known key; did you mean {name!r}?"
    if not known:
        return "is not a known key; no keys are known here"
    return f"is not a known key; known keys are: {', '.join(known)}"


# --- after pydantic has looked -------------------------------------------------------------------


def _problems(
    error: ValidationError, configuration: dict[str, Any], unknown: list[tuple[Place, str]]
) -> tuple[FieldProblem, ...]:
    found = list(unknown)
    reported = {place for place, _ in unknown}
    for entry in error.errors(include_url=False):
        place, tagged = _place(entry["loc"], configuration)
        if place in reported and entry["type"] == "extra_forbidden":
            continue
        if tagged and found and found[-1][0] == place:
            found[-1] = (place, _either(found[-1][1], message(entry)))
        else:
            found.append((place, message(entry)))
    return _in_words(found)


def _either(first: str, second: str) -> str:
    return first if second in first.split(", or ") else f"{first}, or {second}"


def _place(location: tuple[int | str, ...], value: Any) -> tuple[Place, bool]:
    """Where an error is, and whether pydantic's location names one alternative of several.

    Steps that lead nowhere in the configuration are pydantic's own (the alternatives of a union,
    the names of validators); only the last one may be a key that is missing.
    """
    place: list[str | int] = []
    tagged = False
    for position, step in enumerate(location):
        key = _readable(step, value)
        last = position == len(location) - 1
        if _leads(key, value):
            place.append(key)
            value = value[key]
        elif isinstance(value, dict | _Missing) and (last or key != step):
            place.append(key)
            value = _Missing()
        else:
            tagged = True
    return tuple(place), tagged


class _Missing:
    """Stands where the configuration has nothing and a default was checked instead."""


def _leads(key: str | int, value: Any) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def _readable(step: str | int, value: Any) -> str | int:
    """The author's name for an internal one; pydantic shows those when it checks a default."""
    if isinstance(step, str) and step.startswith(PREFIX) and not _leads(step, value):
        try:
            return external_name(step)
        except ValueError:
            return step
    return step


def _in_words(found: list[tuple[Place, str]]) -> tuple[FieldProblem, ...]:
    return tuple(FieldProblem(_dotted(place), words) for place, words in found)


def _dotted(place: Place) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
