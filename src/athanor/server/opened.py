"""What routes get: the harness, and ids that look like some."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from athanor.harness import Harness
from athanor.server import shape


async def _opened(request: Request) -> Harness:
    harness: Harness = request.app.state.harness
    return harness


Opened = Annotated[Harness, Depends(_opened)]
"""The harness of this server's project."""

RunId = Annotated[
    str, shape.OF_RUN, Path(description="A run's id, whole or its end.", examples=["46810082"])
]
InstanceId = Annotated[
    str,
    shape.OF_INSTANCE,
    Path(description="An instance's id, whole or its end.", examples=["46810082"]),
]
ResultId = Annotated[
    str,
    shape.OF_RESULT,
    Path(description="A result's id.", examples=["00000000-1000-8001-aec2-e36046810082"]),
]
Module = Annotated[
    str,
    Path(
        max_length=1000,
        pattern=r"^[^\x00]+$",
        description="An experiment's full name `package.module:Name`, or its short one.",
        examples=["experiments.hello:hello"],
    ),
]
