"""What the values of an instance must be like, beside its configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from athanor.definition.messages import message
from athanor.errors import FieldProblem, ValidationFailed


def as_dict(configuration: Any) -> Any:
    """A configuration as the catalog takes it; what is none is left for it to refuse."""
    if configuration is None:
        return {}
    return dict(configuration) if isinstance(configuration, Mapping) else configuration


def _not_blank(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return "can't be blank"
    return _text_or_none(value)


def _name(value: Any) -> str | None:
    return _not_blank(value) or _no_longer(value, LONGEST_NAME)


def _description(value: Any) -> str | None:
    return _text_or_none(value) or _no_longer(value or "", LONGEST_DESCRIPTION)


def _no_longer(value: str, longest: int) -> str | None:
    there = len(value)
    return f"must have at most {longest:,} characters, got {there:,}" if there > longest else None


def _text_or_none(value: Any) -> str | None:
    return None if value is None or isinstance(value, str) else f"must be text, got {value!r}"


def _positive_or_none(value: Any) -> str | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is None or (number and 0 < value < float("inf")):
        return None
    return f"must be a number of seconds greater than 0, got {value!r}"


def _count(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole and value >= 0 else f"must be a whole number from 0 up, got {value!r}"


def _bytes_or_none(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is None or (whole and 0 < value < _MOST_BYTES):
        return None
    return f"must be a number of bytes greater than 0 and below 2^63 (8 EiB), got {value!r}"


_MOST_BYTES = 1 << 63
LONGEST_NAME = 500
"""Names are in the cursors of listings."""
LONGEST_DESCRIPTION = 20_000

CHECKED = {
    "experiment_module": _not_blank,
    "name": _name,
    "description": _description,
    "time_limit_s": _positive_or_none,
    "gpus": _count,
    "memory_limit_bytes": _bytes_or_none,
}


def check(**values: Any) -> None:
    """ValidationFailed with everything that is wrong with the values given by name."""
    found = ((name, CHECKED[name](value)) for name, value in values.items())
    problems = tuple(FieldProblem(name, problem) for name, problem in found if problem)
    if problems:
        raise ValidationFailed(problems)


def problems_of(found: Iterable[Mapping[str, Any]]) -> tuple[FieldProblem, ...]:
    """What pydantic's ``errors()`` about a request say, in our own words.

    The first step of a location, which says where in the request it is, is left out.
    """
    return tuple(FieldProblem(_dotted(error["loc"][1:]), message(error)) for error in found)


def _dotted(location: Sequence[str | int]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
