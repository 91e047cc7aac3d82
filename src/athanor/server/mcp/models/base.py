"""What the arguments and answers of all tools have in common."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Moment = datetime
Object = dict[str, Any]

_NO_NUL = r"^[^\x00]*$"


class Asked(BaseModel):
    """The arguments of a tool; names it does not know are refused, since typos cost days."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What a tool answers. What has a default is left out where it says no more than that."""

    model_config = ConfigDict(from_attributes=True)


@dataclass(frozen=True, slots=True)
class AlsoCalled:
    """Other names under which an argument is taken; the schema knows the first one alone."""

    names: tuple[str, ...]


def _parsed(value: Any) -> Any:
    """An object that came as JSON text: many models write it like that."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


_EXPERIMENTS = AlsoCalled(("id", "experiment_id", "instance_id"))
_RUNS = AlsoCalled(("id", "run_id"))

ExperimentId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        pattern=_NO_NUL,
        description="The experiment's id, the last 8 characters of it, or its exact name.",
    ),
    _EXPERIMENTS,
]
RunId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=_NO_NUL,
        description="The run's id, or the last 8 characters of it.",
    ),
    _RUNS,
]
Module = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        pattern=_NO_NUL,
        description="A `module` from list_available_modules (`package.module:Name`), or its short "
        "name.",
    ),
    AlsoCalled(("experiment_module", "module")),
]
Configuration = Annotated[
    Object,
    BeforeValidator(_parsed),
    Field(description="Values by field name, as get_config_schema describes them."),
]
Cursor = Annotated[
    str | None,
    Field(
        max_length=32_000,
        description="The `next_cursor` of the answer before, for what comes after it.",
    ),
]
Path = Annotated[
    str,
    Field(
        max_length=2000,
        description="Only the part there: keys and positions with dots between them "
        "(`layers.0.weights`), a backslash before a dot inside a key.",
    ),
]
MaxChars = Annotated[
    int,
    Field(
        ge=1,
        le=200_000,
        description="What has more characters as JSON comes in parts.",
    ),
]


class Part(Answer):
    """What is at a path of something large."""

    path: str = Field(description="Ask for this to get it alone.")
    type: str
    size_chars: int
    length: int | None = Field(None, description="Entries, or characters of a text.")
    value: Any = Field(None, description="Left out when `truncated`; the begin of a long text.")
    truncated: bool = False
    preview: str | None = Field(None, description="Its begin, when `truncated`.")
    children: list[Part] = Field(default_factory=list, description="What is inside, by path.")
    next_child: int | None = Field(None, description="Give it as `first` for more children.")
