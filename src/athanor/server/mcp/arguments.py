"""From what an agent gives to what a tool takes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from athanor.errors import FieldProblem, ValidationFailed
from athanor.harness.checks import problems_of
from athanor.server.mcp.models.base import AlsoCalled

if TYPE_CHECKING:
    from collections.abc import Mapping

A = TypeVar("A", bound=BaseModel)

_MOST_UNKNOWN = 5


def read(model: type[A], tool: str, given: Mapping[str, Any]) -> A:
    """The arguments; ValidationFailed says each that is wrong, or is none, by its name."""
    renamed = _renamed(model, tool, given)
    try:
        return model.model_validate(renamed)
    except ValidationError as error:
        found = error.errors(include_url=False)
        placed = [{**one, "loc": ("arguments", *one["loc"])} for one in found]
        raise ValidationFailed(problems_of(placed)) from None


def other_names(model: type[BaseModel], name: str) -> tuple[str, ...]:
    """Under what else an argument is taken."""
    known = model.model_fields
    called = [entry for entry in known[name].metadata if isinstance(entry, AlsoCalled)]
    return tuple(other for entry in called for other in entry.names if other not in known)


def _renamed(model: type[BaseModel], tool: str, given: Mapping[str, Any]) -> dict[str, Any]:
    names = {name: name for name in model.model_fields}
    for name in model.model_fields:
        names |= dict.fromkeys(other_names(model, name), name)
    renamed: dict[str, Any] = {}
    problems = []
    for key, value in given.items():
        name = names.get(key, "")
        if not name:
            problems.append(FieldProblem(key[:80], _unknown(key, tool, names)))
        elif name in renamed and renamed[name] != value:
            problems.append(FieldProblem(key, f"says the same as {name!r}; give one of them"))
        else:
            renamed[name] = value
    if problems:
        raise ValidationFailed(tuple(problems[:_MOST_UNKNOWN]))
    return renamed


def _unknown(key: str, tool: str, names: Mapping[str, str]) -> str:
    near = get_close_matches(key[:80], names, n=1, cutoff=0.6)
    if near:
        return f"is no argument of {tool}; did you mean {names[near[0]]!r}?"
    own = ", ".join(dict.fromkeys(names.values()))
    return f"is no argument of {tool}; it takes {own or 'none'}"
