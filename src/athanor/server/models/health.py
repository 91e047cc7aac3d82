"""How the server is, over the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from athanor.server.models.answer import Answer


class Health(Answer):
    """How the server is."""

    status: Literal["ok"] = "ok"
    version: str = Field(examples=["0.1.0"])
    supervising: bool = Field(
        description="Whether this server looks after the runs; false while another process does."
    )
    owner: str | None = Field(
        description="Who looks after the runs: process id and command.",
        examples=["4711 athanor serve"],
    )
    live_runs: int = Field(
        ge=0, description="How many runs have a process, or are about to.", examples=[2]
    )
    max_running: int = Field(
        ge=1, description="How many may; the others wait their turn.", examples=[8]
    )
    force_grace_s: float = Field(
        ge=0,
        description="How many seconds a forced run has between SIGTERM and SIGKILL.",
        examples=[5.0],
    )
