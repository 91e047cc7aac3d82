"""What runs said: log lines, results, what they amount to, and files of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from athanor.domain.output import Level
from athanor.server.mcp.models.base import (
    Answer,
    Asked,
    Cursor,
    MaxChars,
    Moment,
    Object,
    Part,
    Path,
    RunId,
)

Key = Annotated[
    str, Field(max_length=100_000, pattern=r"^[^\x00]*$", description="As list_results gives it.")
]
KeyPrefix = Annotated[
    str | None,
    Field(
        max_length=100_000,
        pattern=r"^[^\x00]*$",
        description="Only results whose key begins like this.",
    ),
]


class LogLine(Answer):
    """One log line."""

    line: int = Field(description="Its number within the run, from 1.")
    level: Level
    message: str
    metadata: Object | None = None
    timestamp: Moment


class Logs(Answer):
    """Log lines in order of time, the newest last."""

    logs: list[LogLine]
    total: int = Field(description="How many lines there are, of the level if one was given.")
    truncated: bool = Field(description="Whether there are older ones, or messages were cut.")
    next_cursor: str | None = Field(None, description="For the lines before these.")
    note: str | None = None


class LogsAsked(Asked):
    """Which log lines."""

    run_id: RunId
    level: Level | None = Field(None, description="Only lines of this level.")
    contains: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="Only lines that contain this text.",
    )
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000, description="Leave out so many of the newest.")
    cursor: Cursor = None
    max_chars: MaxChars = Field(2_000, description="Longer messages are cut.")


class ResultInList(Answer):
    """A result without its value."""

    key: str
    inserted_at: Moment
    size: int = Field(description="Of the value's JSON text, in bytes.")
    preview: str = Field(description="The value's JSON text, its first 200 characters.")


class Results(Answer):
    """Results in order of time, the newest last."""

    results: list[ResultInList]
    count: int = Field(description="How many there are, of the prefix if one was given.")
    uncounted: bool = Field(False, description="Whether there are more than `count`.")
    truncated: bool = Field(description="Whether there are older ones.")
    next_cursor: str | None = Field(None, description="For the results before these.")
    note: str | None = None


class ResultsAsked(Asked):
    """Which results."""

    run_id: RunId
    key_prefix: KeyPrefix = None
    limit: int = Field(50, ge=1, le=500)
    cursor: Cursor = None


class ResultOfKey(Answer):
    """A result, or a part of its value."""

    inserted_at: Moment
    size: int
    value: Any = Field(None, description="The value, or the part at `path`.")
    part: Part | None = Field(None, description="In place of a value that is too large.")


class ResultsOfKey(Answer):
    """The results of a key, oldest first."""

    key: str
    results: list[ResultOfKey]
    count: int = Field(description="How many results of this key there are.")
    uncounted: bool = Field(False, description="Whether there are more than `count`.")
    truncated: bool = Field(description="Whether there are more, or values were too large.")
    next_cursor: str | None = None
    note: str | None = None


class ResultsOfKeyAsked(Asked):
    """Which key, and how much of each value."""

    run_id: RunId
    key: Key
    path: Path = ""
    max_chars: MaxChars = Field(8_000, description="For all values of the answer together.")
    first: int = Field(0, ge=0, le=10**9, description="The first child of a part to be given.")
    limit: int = Field(20, ge=1, le=200)
    cursor: Cursor = None


class SummaryAsked(Asked):
    """Which results."""

    run_id: RunId
    key_prefix: KeyPrefix = None


class FieldSummary(Answer):
    """What stands at one place of many results."""

    path: str = Field(description="The key, and the place inside; `#` stands for digits.")
    types: list[str]
    count: int
    min: int | float | None = None
    mean: float | None = None
    max: int | float | None = None
    last: int | float | None = Field(None, description="The newest.")
    not_finite: int = Field(0, description="How many are NaN or infinite.")


class ResultsSummary(Answer):
    """Many results in few words."""

    count: int
    keys: dict[str, int] = Field(
        description="How many results each key has; those that differ in whole numbers alone are "
        "one, with `#`."
    )
    more_keys: int = 0
    fields: list[FieldSummary] = Field(description="The shape, and the range of every number.")
    more_fields: int = 0
    sample: list[ResultInList] = Field(description="The first and the last few.")
    looked_at: int
    left_out: int = Field(0, description="Values over 64 KiB, which were not looked at.")
    truncated: bool
    note: str | None = None


class ExportAsked(Asked):
    """Which run, and in what form."""

    run_id: RunId
    format: Literal["json", "ndjson", "csv", "parquet"] = Field(
        "json", description="csv and parquet are tables: a column for each value inside."
    )
    logs: bool = Field(False, description="With the log lines (json and ndjson only).")


class Export(Answer):
    """Where the file is, or what is in it."""

    format: str
    content: str | None = Field(None, description="The whole file, when it is small.")
    path: str | None = Field(None, description="Where it was written on this machine.")
    url: str | None = Field(None, description="Where this server answers with it (GET).")
    size_bytes: int | None = None
    note: str
