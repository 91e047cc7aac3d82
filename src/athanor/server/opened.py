"""What routes get: the harness, and ids that look like some."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from athanor.harness import Harness


async def _opened(request: Request) -> Harness:
    harness: Harness = request.app.state.harness
    return harness


Opened = Annotated[Harness, Depends(_opened)]
"""The harness of this server's project."""

_ID = r"^[0-9a-fA-F-]{4,36}$"

RunId = Annotated[
    str, Path(pattern=_ID, description="A run's id, whole or its end.", examples=["46810082"])
]
InstanceId = Annotated[
    str, Path(pattern=_ID, description="An instance's id, whole or its end.", examples=["46810082"])
]
ResultId = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        description="A result's id.",
        examples=["00000000-1000-8001-aec2-e36046810082"],
    ),
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
