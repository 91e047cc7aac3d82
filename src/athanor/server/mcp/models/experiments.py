"""Experiments (saved configurations of a module) and the modules they are of."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from athanor.domain.run import RunStatus
from athanor.server.mcp.models.base import (
    Answer,
    Asked,
    Configuration,
    Cursor,
    ExperimentId,
    MaxChars,
    Module,
    Moment,
    Object,
    Part,
    Path,
)

Name = Annotated[str, Field(description="What people call it.")]
Description = Annotated[
    str | None, Field(description="What it is for: the hypothesis, what differs from others.")
]
TimeLimit = Annotated[
    float | None, Field(description="Seconds after which a run of it is ended; null for no limit.")
]


class Stats(Answer):
    """How the runs of an experiment went."""

    run_count: int
    last_run_at: Moment | None
    last_run_status: RunStatus | None


class Experiment(Answer):
    """An experiment: a module with its configuration filled in."""

    id: str
    name: str
    description: str | None
    experiment_module: str
    configuration: Object
    stats: Stats
    inserted_at: Moment
    updated_at: Moment
    time_limit_s: float | None = None
    gpus: int = 0
    memory_limit_bytes: int | None = None
    part: Part | None = Field(None, description="What is at the `path` that was asked for.")
    note: str | None = Field(None, description="What was left out, and how to get it.")


class Experiments(Answer):
    """Some experiments: never run first, then the newest run first."""

    experiments: list[Experiment]
    count: int = Field(description="How many are given here.")
    truncated: bool = Field(description="Whether there are more.")
    next_cursor: str | None = None
    note: str | None = None


class ExperimentsAsked(Asked):
    """Which experiments."""

    experiment_module: Module | None = Field(None, description="Only those of this module.")
    name: str | None = Field(
        None, max_length=500, pattern=r"^[^\x00]*$", description="Only those whose name has this."
    )
    limit: int = Field(20, ge=1, le=100)
    cursor: Cursor = None


class ExperimentAsked(Asked):
    """Which experiment."""

    id: ExperimentId
    path: Path = ""
    max_chars: MaxChars = 8_000


class ExperimentToMake(Asked):
    """A new experiment."""

    name: Name
    experiment_module: Module
    description: Description = None
    configuration: Configuration = Field(default_factory=dict)
    time_limit_s: TimeLimit = None


class ExperimentChanges(Asked):
    """What to change; what is left out stays."""

    id: ExperimentId
    name: Name = ""
    description: Description = None
    configuration: Configuration = Field(
        default_factory=dict, description="The whole new configuration; it replaces the old one."
    )
    time_limit_s: TimeLimit = None


class ExperimentToDelete(Asked):
    """Which experiment is to go."""

    id: ExperimentId


class Deleted(Answer):
    """What is gone."""

    id: str
    deleted: bool = Field(description="True.")
    runs_deleted: int


class AvailableModule(Answer):
    """A module that experiments can be made of."""

    module: str = Field(description="Give this as `experiment_module`.")
    name: str
    description: str | None
    has_config_schema: bool


class BrokenModule(Answer):
    """Code that cannot be used as it is."""

    module: str
    reason: str


class Modules(Answer):
    """The modules of the project."""

    modules: list[AvailableModule]
    broken: list[BrokenModule] = Field(
        default_factory=list, description="Files that fail to import, and why."
    )
    reading: list[str] = Field(
        default_factory=list, description="Still being imported: ask again in a moment."
    )
    note: str | None = None


class ModulesAsked(Asked):
    """Takes nothing."""


class SchemaAsked(Asked):
    """Whose schema."""

    experiment_module: Module
    path: Path = ""
    max_chars: MaxChars = 20_000


class ConfigSchema(Answer):
    """What a module's configuration may be."""

    module: str
    name: str
    config_schema: Object | None = Field(
        None, description="JSON Schema: types, defaults, bounds, nested parts."
    )
    defaults: Object = Field(description="The configuration when nothing is given.")
    part: Part | None = Field(None, description="In place of a schema that is too large.")
    note: str | None = None


class ConfigToCheck(Asked):
    """A configuration to be checked."""

    experiment_module: Module
    configuration: Configuration


class CheckedConfig(Answer):
    """Whether it fits."""

    valid: bool
    errors: dict[str, list[str]] = Field(description="What is wrong, by field; empty when valid.")
    configuration: Object | None = Field(None, description="With the defaults filled in.")
    note: str | None = None
