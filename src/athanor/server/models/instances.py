"""Instances over the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from athanor.domain.run import RunStatus
from athanor.server.models.answer import (
    Answer,
    Asked,
    Identifier,
    Moment,
    Object,
    OfInstances,
    Paged,
)

Name = Field(min_length=1, description="What people call it.", examples=["baseline"])
TimeLimit = Field(
    None, gt=0, description="Seconds after which a run is ended; null for none.", examples=[3600.0]
)
Gpus = Field(0, ge=0, le=1024, description="How many GPUs a run gets, or waits for.", examples=[0])
MemoryLimit = Field(
    None,
    gt=0,
    lt=1 << 63,
    description="Bytes that all processes of a run may use together; null for no limit.",
    examples=[None],
)
Description = Field(None, examples=["The published settings"])


class Instance(Answer):
    """An experiment with its configuration filled in."""

    id: Identifier
    experiment_module: str = Field(examples=["experiments.hello:hello"])
    name: str = Field(examples=["baseline"])
    description: str | None = Field(examples=["The published settings"])
    configuration: Object
    inserted_at: Moment
    updated_at: Moment
    time_limit_s: float | None = Field(description="Seconds; null for no limit.", examples=[3600.0])
    gpus: int = Field(examples=[0])
    memory_limit_bytes: int | None = Field(
        description="For all processes of a run together; null for no limit.", examples=[4 << 30]
    )


class InstanceStats(Answer):
    """What lists show beside an instance."""

    run_count: int = Field(ge=0, examples=[3])
    last_run_at: Moment | None
    last_run_status: RunStatus | None


class InstanceInList(Instance):
    """An instance and how its runs went."""

    stats: InstanceStats


class InstancesAsked(Paged, OfInstances):
    """Which instances, in which order."""

    status: list[RunStatus] = Field(
        default_factory=list,
        description="Only those whose last run has one of these statuses.",
        examples=[["failed"]],
    )
    sort: Literal["last_run", "name", "created"] = Field(
        "last_run",
        description="`last_run`: never run first, then the newest run first. `name`: from A on. "
        "`created`: the newest first.",
    )
    called: str | None = Field(
        None,
        description="Only the one that this means: an id, the end of one, or a whole name. "
        "Nothing else is looked at then.",
        max_length=1000,
        pattern=r"^[^\x00]*$",
        examples=[None],
    )


class InstanceToMake(Asked):
    """A new instance; the configuration's defaults are filled in and kept."""

    experiment_module: str = Field(
        description="The experiment's full name, or its short one.",
        examples=["experiments.hello:hello"],
    )
    name: str = Name
    description: str | None = Description
    configuration: Object = Field(default_factory=dict)
    time_limit_s: float | None = TimeLimit
    gpus: int = Gpus
    memory_limit_bytes: int | None = MemoryLimit


class InstanceChanges(Asked):
    """What to change; what is left out stays. Runs keep the configuration they were made with."""

    name: str = Field("", min_length=1, description="What people call it.", examples=["baseline 2"])
    description: str | None = Description
    configuration: Object = Field(
        default_factory=dict, description="The whole configuration, in place of the old one."
    )
    time_limit_s: float | None = TimeLimit
    gpus: int = Gpus
    memory_limit_bytes: int | None = MemoryLimit
