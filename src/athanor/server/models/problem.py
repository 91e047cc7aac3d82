"""What went wrong, as RFC 9457 has it."""

from __future__ import annotations

from pydantic import BaseModel, Field


class WrongValue(BaseModel):
    """One thing wrong with one value."""

    path: str = Field(
        description="Where it stands in the request: dotted, list positions in brackets.",
        examples=["configuration.iterations"],
    )
    message: str = Field(
        description="What is wrong with it.", examples=["must be less than or equal to 100"]
    )


class Problem(BaseModel):
    """What went wrong and what to do about it (`application/problem+json`, RFC 9457)."""

    type: str = Field(
        description="The kind of problem, for programs to tell apart.",
        examples=["urn:athanor:run-not-found"],
    )
    title: str = Field(description="The kind of problem in words.", examples=["Run not found"])
    status: int = Field(description="The HTTP status.", ge=400, le=599, examples=[404])
    detail: str = Field(
        description="What was expected, what came, and the next step.",
        examples=["Run not found: 'abcd'. `athanor runs` shows those there are."],
    )
    errors: list[WrongValue] = Field(
        default_factory=list, description="What is wrong with which value; empty for other kinds."
    )
