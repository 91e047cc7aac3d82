"""Key figures over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from athanor.server.models.answer import Answer, Asked

Key = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]


class Figures(Answer):
    """The key figures of a run."""

    items: dict[str, int | float | str] = Field(
        description="By dotted path, the result's key first. What is not finite is text.",
        examples=[{"summary.accuracy": 0.875}],
    )


class FiguresAsked(Asked):
    """Which figures."""

    key: list[Key] = Field(
        default_factory=list,
        max_length=100,
        description="Only those of these results; else of all.",
        examples=[["summary"]],
    )
