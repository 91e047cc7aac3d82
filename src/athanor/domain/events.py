"""What happens, as it is told to those who follow: full records, one class an event."""

from __future__ import annotations

from dataclasses import dataclass

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


Event = RunUpdated | LogsAdded | ResultsAdded | ProgressUpdated
