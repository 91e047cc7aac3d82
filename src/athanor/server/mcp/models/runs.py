"""Runs: what tools take and answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from athanor.domain.run import RunStatus
from athanor.server.mcp.models.base import (
    AlsoCalled,
    Answer,
    Asked,
    Cursor,
    ExperimentId,
    MaxChars,
    Moment,
    Object,
    Part,
    Path,
    RunId,
)

LONGEST_WAIT_S = 600


class Progress(Answer):
    """How far a run says it is."""

    current: int
    total: int = Field(description="0 when the end is not known.")
    percent: int
    message: str | None = None


class RunInList(Answer):
    """A run, as lists show it."""

    id: str
    status: RunStatus
    started_at: Moment | None
    completed_at: Moment | None
    error: str | None
    metadata: Object = Field(description="What was recorded: host, versions, git, exit.")
    inserted_at: Moment
    duration_s: float | None = None
    progress: Progress | None = None


class Run(RunInList):
    """A run: one execution of an experiment."""

    instance_id: str = Field(description="The experiment's id.")
    configuration: Object = Field(description="What the run really used.")
    log_count: int
    error_count: int = Field(description="Log lines of the level error.")
    result_count: int
    cancelling: bool = Field(False, description="Asked to stop, and not yet ended.")
    queue_place: int = Field(0, description="Its place among those that wait; 1 is next.")
    waits_for: str | None = None
    part: Part | None = Field(None, description="What is at the `path` that was asked for.")
    note: str | None = Field(None, description="What was left out, or what to do next.")


class Runs(Answer):
    """Runs of an experiment, newest first."""

    runs: list[RunInList]
    count: int = Field(description="How many are given here.")
    total: int = Field(description="How many runs the experiment has, of every status.")
    truncated: bool = Field(description="Whether there are more.")
    next_cursor: str | None = None
    note: str | None = None


class WaitedRun(Run):
    """A run, when it has ended or as it stands."""

    ended: bool
    waited_s: float
    figures: dict[str, int | float | str] = Field(
        default_factory=dict, description="The numbers it ended with, by result key and path."
    )


class StartedRun(Answer):
    """A new run."""

    id: str
    instance_id: str = Field(description="The experiment's id.")
    status: RunStatus
    started_at: Moment | None
    inserted_at: Moment
    queue_place: int = Field(0, description="Its place among those that wait; 1 is next.")
    note: str


class CancelledRun(Answer):
    """A run that was asked to stop."""

    id: str
    status: RunStatus
    completed_at: Moment | None
    cancelling: bool = False
    note: str


class RunsAsked(Asked):
    """Which runs."""

    experiment_id: ExperimentId
    status: RunStatus | None = Field(None, description="Only those of this status.")
    limit: int = Field(50, ge=1, le=200)
    cursor: Cursor = None


class RunAsked(Asked):
    """Which run."""

    id: RunId
    path: Path = ""
    max_chars: MaxChars = 8_000


class RunToStart(Asked):
    """Of which experiment."""

    experiment_id: ExperimentId


class RunToCancel(Asked):
    """Which run, and how."""

    id: RunId
    force: bool = Field(
        False,
        description="False: ask it; it ends where it next looks. True: end all its processes.",
    )


class RunToAwait(Asked):
    """Which run, and how long."""

    id: RunId
    timeout: Annotated[
        float,
        Field(ge=0, le=LONGEST_WAIT_S, description="Seconds to wait at most."),
        AlsoCalled(("timeout", "timeout_s", "timeout_seconds")),
    ] = 45
