"""Results over the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from athanor.server.models.answer import (
    LARGEST_INTEGER,
    Answer,
    Asked,
    Identifier,
    Moment,
    Paged,
)


class ResultOrigin(Answer):
    """What is known of every result."""

    id: Identifier
    run_id: Identifier
    attempt: int = Field(ge=1, examples=[1])
    seq: int = Field(ge=0, description="Byte offset in the attempt's journal.", examples=[4096])
    key: str = Field(examples=["accuracy"])
    size: int = Field(ge=0, description="Of the value's JSON text, in bytes.", examples=[18])
    timestamp: Moment = Field(description="When it was said.")
    inserted_at: Moment = Field(description="When it was stored.")


class ResultSummary(ResultOrigin):
    """A result without its value."""

    preview: str = Field(
        description="The first 200 characters of its JSON text.", examples=['{"value": 0.875}']
    )


class ResultInList(ResultSummary):
    """A result of a list, with its value if that was asked for and is small."""

    value: Any = Field(
        None,
        description="With `values`, the value, if its JSON text has at most 16,384 bytes.",
        examples=[{"value": 0.875}],
    )
    whole: bool = Field(False, description="`value` holds it.")


class PieceOfValue(Answer):
    """What is at a path of a value."""

    path: str = Field(
        description="Keys from the outermost inward, dots between them, positions as numbers; a "
        "backslash before a dot inside a key. Empty for the whole value.",
        examples=["layers.0"],
    )
    type: Literal["object", "array", "string", "number", "boolean", "null"]
    length: int | None = Field(
        description="Entries of an object or array, characters of a string, else null.",
        examples=[2],
    )
    size_chars: int = Field(ge=1, description="Of its JSON text, in characters.", examples=[26])
    preview: str = Field(
        description="The first 200 characters of its JSON text.", examples=['{"value":0.875}']
    )
    truncated: bool = Field(
        description="Its JSON text is longer than was asked for: `value` is null, or the begin of "
        "a string."
    )
    value: Any = Field(description="The value.", examples=[{"value": 0.875}])


class Part(PieceOfValue):
    """What is at a path of a value, and some of what is inside when it is too large."""

    children: list[PieceOfValue] = Field(
        description="Of an object or array that is truncated; each says the path to ask for."
    )
    next_child: int | None = Field(
        description="The `first` of the children that follow; null when these are the last.",
        examples=[None],
    )


class ResultDetails(ResultOrigin):
    """A result with its value, or the part of it that was asked for."""

    part: Part


class ResultsAsked(Paged):
    """Which results."""

    key_prefix: str | None = Field(
        None,
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="Only keys that begin with this.",
        examples=[None],
    )
    order: Literal["time", "key"] = Field("time", description="Equal keys are ordered by time.")
    descending: bool = Field(False, description="From the last to the first.")
    values: bool = Field(
        False,
        description="With the small values, up to 1 MiB of them a page, which may thus be shorter.",
    )


class ValuesAsked(Asked):
    """Which results, with their values."""

    key: str | None = Field(
        None,
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="Only those of this key; a key that is not there has none.",
        examples=[None],
    )
    newest: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Only so many, the newest.",
        examples=[None],
    )


class PartAsked(Asked):
    """Which part of a value."""

    path: str = Field(
        "", max_length=10_000, description="Keys with dots between them.", examples=[""]
    )
    max_chars: int = Field(
        16_384,
        ge=1,
        le=10_000_000,
        description="JSON text up to so many characters is given whole.",
        examples=[16_384],
    )
    first: int = Field(
        0, ge=0, le=LARGEST_INTEGER, description="The first child to list.", examples=[0]
    )
    limit: int = Field(100, ge=1, le=1000, description="At most so many children.", examples=[100])
