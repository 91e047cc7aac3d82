"""What happens, as it is told to those who follow: full records, one class an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from athanor.domain.instance import Instance, InstanceStats
from athanor.domain.output import LogLine, ResultSummary
from athanor.domain.run import Progress, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUpdated:
    """The run's status or another fact about it changed."""

    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsAdded:
    """New log lines, in order. ``cursor`` is ``attempt:offset`` of the last one."""

    run_id: str
    logs: list[LogLine]
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsAdded:
    """New results, in order, without their values: those are asked for by id."""

    run_id: str
    results: list[ResultSummary]
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressUpdated:
    """The newest progress of a run."""

    run_id: str
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChanged:
    """A run was created, started, completed (however it ended) or changed in another way."""

    what: Literal["created", "started", "updated", "completed"]
    run: Run
    instance: Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDeleted:
    """A run is gone."""

    run_id: str
    instance_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceChanged:
    """An instance was created or changed, or one of its runs has come, begun, ended or gone."""

    what: Literal["created", "updated"]
    instance: Instance
    stats: InstanceStats


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDeleted:
    """An instance is gone, and its runs with it, which is not told of each."""

    instance_id: str


def standing(run: Run) -> tuple[object, ...]:
    """The facts about a run of whose changes a RunUpdated tells."""
    return (
        run.status,
        run.cancel_requested_at,
        run.force_requested_at,
        run.finishing,
        run.error,
        run.waits_for,
    )


Event = RunUpdated | LogsAdded | ResultsAdded | ProgressUpdated
"""What is told of one run."""

News = RunChanged | RunDeleted | InstanceChanged | InstanceDeleted
"""What is told of instances and runs as such."""
