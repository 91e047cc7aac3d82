"""What all answers and requests have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

LARGEST_INTEGER = 2**53
"""Beyond it a browser would round."""

Identifier = Annotated[
    str, Field(description="A UUID.", examples=["01a1fa1e-12a3-7a03-aec2-e36046810082"])
]
Moment = Annotated[
    datetime,
    Field(description="A moment in UTC.", examples=["2026-02-18T12:00:00.123456Z"]),
]
Object = Annotated[
    dict[str, Any], Field(description="A JSON object.", examples=[{"iterations": 10}])
]


class Answer(BaseModel):
    """An answer; made of a record with ``model_validate``."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class Asked(BaseModel):
    """A request's body or query; what it does not know is refused, since typos cost days."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Page(Answer, Generic[T]):
    """Some of a list."""

    items: list[T]
    next: str | None = Field(
        description="The `cursor` of the page that follows; null on the last.",
        examples=["WyIwMWExZmExZSJd"],
    )


Experiment = Annotated[
    str | None,
    Field(
        description="Only of this experiment: its full name `package.module:Name`, taken "
        "as it is, or a short one.",
        max_length=1000,
        pattern=r"^[^\x00]*$",
        examples=[None],
    ),
]
NameContains = Annotated[
    str | None,
    Field(
        description="Only of instances whose name contains this, capitals as small letters.",
        max_length=1000,
        pattern=r"^[^\x00]*$",
        examples=[None],
    ),
]


class OfInstances(Asked):
    """What lists of instances and of their runs are filtered by."""

    experiment: Experiment = None
    name: NameContains = None


class Paged(Asked):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=1000, description="At most so many.", examples=[50])
    cursor: str | None = Field(
        None,
        max_length=32_000,
        description="The `next` of the page before; none for the first page.",
        examples=[None],
    )
