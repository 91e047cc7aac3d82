"""Runs side by side, over the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from athanor.server.models.answer import Answer, Asked
from athanor.server.models.runs import Run
from athanor.server.shape import Shape

Rows = Annotated[
    dict[str, dict[str, Any]],
    Field(
        description="From a dotted path to the values by run id; a run that lacks it is left out.",
        examples=[{"model.depth": {"01a1fa1e-12a3-7a03-aec2-e36046810082": 3}}],
    ),
]


class Comparison(Answer):
    """Runs side by side: in what they differ, and their key figures."""

    runs: list[Run]
    names: dict[str, str] = Field(description="The names of their instances, by run id.")
    configuration: Rows
    surroundings: Rows
    figures: Rows
    equal: int = Field(ge=0, description="How many values of the configuration are the same.")
    more_figures: int = Field(ge=0, description="How many key figures were left out.")


class RunsToCompare(Asked):
    """Which runs to compare."""

    runs: Annotated[str, Shape(r"[0-9a-fA-F,-]*", "ids of runs, commas between them")] = Field(
        max_length=10_000,
        description="Ids of two runs or more, commas between them.",
        examples=["01a1fa1e-12a3-7a03-aec2-e36046810082,01a1fa1e-12a3-7a03-aec2-e36046810083"],
    )
