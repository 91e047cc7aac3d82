"""Runs over the wire."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from athanor.domain.run import RunStatus
from athanor.server import shape
from athanor.server.models.answer import (
    Answer,
    Asked,
    Identifier,
    Moment,
    Object,
    OfInstances,
    Paged,
)


class Progress(Answer):
    """How far a run says it is."""

    current: int = Field(examples=[3])
    total: int = Field(description="0 when the end is not known.", examples=[8])
    percent: int = Field(
        description="Whole percent, halves rounded up; 0 when the total is 0.", examples=[38]
    )
    message: str | None = Field(examples=["fold 3"])
    updated_at: Moment | None


class LogCounts(Answer):
    """How many log lines there are, a number a level."""

    debug: int
    info: int
    warn: int
    error: int
    total: int


class GpuUsage(Answer):
    """One assigned device; both figures are the whole device's."""

    device: str = Field(examples=["0"])
    utilization_percent: float = Field(ge=0, description="0 to 100.", examples=[87.0])
    memory_bytes: int


class Usage(Answer):
    """What the whole process tree of a run used at one moment."""

    sampled_at: Moment
    cpu_percent: float = Field(
        description="Of one core, since the sample before.", examples=[180.0]
    )
    cpu_s: float = Field(description="All processor time so far, in seconds.", examples=[12.5])
    memory_bytes: int
    peak_memory_bytes: int
    processes: int
    gpus: list[GpuUsage]


class UsageSeries(Answer):
    """What a run has used over time."""

    items: list[Usage] = Field(description="At most a thousand samples, evenly spread.")


class RunInList(Answer):
    """A run, without what only its own page shows."""

    id: Identifier
    instance_id: Identifier
    status: RunStatus
    configuration: Object = Field(description="What the run really used.")
    inserted_at: Moment
    updated_at: Moment
    queued_at: Moment | None = Field(
        description="When its start was asked for; null for a run that is only prepared."
    )
    started_at: Moment | None
    completed_at: Moment | None = Field(description="When it ended, however it ended.")
    duration_s: float | None = Field(
        description="Seconds from start to end; null before the end.", examples=[12.5]
    )
    error: str | None = Field(description="Why it failed.", examples=["ValueError: no data"])
    attempt: int = Field(ge=1, examples=[1])
    progress: Progress | None = Field(description="The newest, also after the end.")
    log_counts: LogCounts
    result_count: int = Field(ge=0)
    skipped_lines: int = Field(
        ge=0, description="Lines of its journal that were no valid JSON and were left out."
    )
    cancelling: bool = Field(description="A cancel was asked for and it has not ended yet.")
    cancel_requested_at: Moment | None
    force_requested_at: Moment | None
    finishing: bool = Field(description="It has said its final word; its processes are ending.")
    gpus_asked: int = Field(ge=0, description="How many GPUs it needs.", examples=[0])
    gpus: list[str] = Field(description="Those it was given.", examples=[["0"]])
    waits_for: str | None = Field(
        description="What else than its turn a queued run waits for.", examples=[None]
    )
    usage: Usage | None = Field(description="The newest sample of what it uses.")


class RunOfInstance(RunInList):
    """A run as lists show it, with what it is a run of."""

    instance_name: str = Field(examples=["baseline"])
    experiment_module: str = Field(examples=["experiments.hello:hello"])
    metadata: Object | None = Field(
        None, description="What was recorded, when it was asked for; else null.", examples=[None]
    )


class Run(RunInList):
    """A run with all that is known of it."""

    metadata: Object = Field(
        description="What was recorded: host, process, versions, limits, git, hardware, exit.",
        examples=[{"host": "lab-3", "python": "3.12.1", "exit_code": 0}],
    )


class FirstLines(Answer):
    """The numbers of the first log lines of each level; null where there is none."""

    debug: int | None = Field(examples=[None])
    info: int | None = Field(examples=[1])
    warn: int | None = Field(examples=[None])
    error: int | None = Field(examples=[17])


class RunDetails(Run):
    """A run with all that its own page shows: what it is a run of, and where it waits."""

    instance_name: str = Field(examples=["baseline"])
    experiment_module: str = Field(examples=["experiments.hello:hello"])
    first_lines: FirstLines
    queue_place: int = Field(
        ge=0, description="Its place among those that wait; 1 is next, 0 when it does not wait."
    )


Status = Annotated[
    list[RunStatus], Field(description="Only of these statuses.", examples=[["running"]])
]


def _written_out(value: Any) -> Any:
    """Refuse a plain number, which pydantic would take for seconds or milliseconds."""
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("must be a date such as 2026-01-31, or with a time: 2026-01-31T13:45:00Z")
    return value


When = Annotated[datetime, BeforeValidator(_written_out)]
"""A date, with a time or without; UTC where it names no zone."""


class RunsWanted(OfInstances):
    """Which runs, whatever their status."""

    instance_id: Annotated[str, shape.OF_INSTANCE] | None = Field(
        None, description="Only of this instance: its id, whole or its end.", examples=[None]
    )
    since: When | None = Field(
        None,
        description="Only those made at this moment or later: a date, with a time or without; "
        "UTC where it names no zone.",
        examples=[None],
    )
    until: When | None = Field(
        None, description="Only those made before this moment.", examples=[None]
    )


class RunsAsked(Paged, RunsWanted):
    """Which runs."""

    status: Status = Field(default_factory=list)
    metadata: bool = Field(False, description="With all that was recorded of each run.")


class RunCounts(Answer):
    """How many runs there are, a number a status."""

    pending: int = Field(ge=0, examples=[2])
    running: int = Field(ge=0, examples=[1])
    completed: int = Field(ge=0, examples=[120])
    failed: int = Field(ge=0, examples=[7])
    cancelled: int = Field(ge=0, examples=[0])
    total: int = Field(ge=0, examples=[130])


class StartAsked(Asked):
    """How to start a run."""

    wait: bool = Field(
        True,
        description="True: answer when it is running, or known to wait its turn. False: at once.",
    )


class RunAsked(StartAsked):
    """What to do with a new run."""

    start: bool = Field(True, description="False: only prepare it, to be started later.")


class CancelAsked(Asked):
    """How to stop a run."""

    force: bool = Field(
        False,
        description="False: ask it, and it ends where it next looks. True: end all its processes.",
    )
