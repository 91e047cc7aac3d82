"""Log lines over the wire."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from athanor.domain.output import Level
from athanor.server.models.answer import LARGEST_INTEGER, Answer, Asked, Identifier, Moment, Object


class LogLine(Answer):
    """One log line."""

    id: Identifier
    run_id: Identifier
    attempt: int = Field(ge=1, examples=[1])
    seq: int = Field(ge=0, description="Byte offset in the attempt's journal.", examples=[4096])
    line: int = Field(ge=1, description="Counts from 1 within the run, no gaps.", examples=[17])
    level: Level
    message: str = Field(examples=["Running iteration 3"])
    metadata: Object | None = Field(examples=[{"iteration": 3}])
    timestamp: Moment = Field(description="When it was said.")
    inserted_at: Moment = Field(description="When it was stored.")


class Logs(Answer):
    """Some log lines of a run."""

    items: list[LogLine]
    total: int = Field(ge=0, description="How many lines of these levels the run has by now.")
    next_line: int | None = Field(
        description="Where to go on: `after_line` for `oldest`, `before_line` for `newest` first; "
        "null when these are the last for now.",
        examples=[117],
    )


class FoundLogs(Answer):
    """What a search has found."""

    items: list[LogLine]
    searched_to_line: int = Field(
        ge=0,
        description="The lines up to here, inclusive, were looked at. Go on from it: `after_line` "
        "for `oldest`, `before_line` for `newest` first.",
        examples=[50000],
    )
    complete: bool = Field(description="Whether there is nothing left to look at for now.")


class LogsWanted(Asked):
    """Which log lines."""

    level: list[Level] = Field(
        default_factory=list, description="Only these levels.", examples=[["warn", "error"]]
    )
    after_line: int = Field(
        0, ge=0, le=LARGEST_INTEGER, description="Only lines after this one.", examples=[0]
    )
    before_line: int | None = Field(
        None, ge=0, le=LARGEST_INTEGER, description="Only lines before this one.", examples=[None]
    )
    order: Literal["oldest", "newest"] = Field(
        "oldest", description="Which come first; with `limit`, which end is given."
    )
    limit: int = Field(100, ge=1, le=5000, description="At most so many.", examples=[100])


class LogsAsked(LogsWanted):
    """Which log lines to list."""

    first_row: int | None = Field(
        None,
        ge=0,
        le=LARGEST_INTEGER,
        description="From the so-manieth line of these levels on, counted from 0: what a list "
        "shows that knows its `total` only. Takes neither line numbers nor `newest`.",
        examples=[None],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """Refuse what would say the place twice."""
        if self.first_row is not None and (
            self.after_line or self.before_line is not None or self.order == "newest"
        ):
            raise ValueError("first_row goes without after_line, before_line and newest")
        return self


class LogSearchAsked(LogsWanted):
    """Which log lines to search, and for what."""

    text: str = Field(
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]+$",
        description="What a message contains; capitals count as small letters.",
        examples=["loss"],
    )
