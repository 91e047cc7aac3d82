"""A run: one supervised execution of an instance, its status and the moves a status may make."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from athanor.domain.usage import Usage


class RunStatus(StrEnum):
    """Where a run stands; the same five words in SQL, JSON and on screen."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """True once nothing can change any more."""
        return not MOVES[self]

    @property
    def live(self) -> bool:
        """True for a run that has not ended: it waits or it works."""
        return not self.final

    def may_become(self, other: RunStatus) -> bool:
        """Whether the move from this status to ``other`` is legal."""
        return other in MOVES[self]


MOVES: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.PENDING: frozenset({RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.RUNNING: frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.COMPLETED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
}


def sources_of(status: RunStatus) -> tuple[RunStatus, ...]:
    """The statuses from which ``status`` may be reached."""
    return tuple(source for source, targets in MOVES.items() if status in targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run says it is; ``total`` 0 means that the end is not known."""

    current: int
    total: int
    message: str | None = None
    updated_at: datetime | None = None

    @property
    def percent(self) -> int:
        """Whole percent, halves rounded up; 0 when the total is 0."""
        if self.total <= 0:
            return 0
        return (200 * self.current + self.total) // (2 * self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCounts:
    """How many log lines a run has, a number a level."""

    debug: int = 0
    info: int = 0
    warn: int = 0
    error: int = 0

    @property
    def total(self) -> int:
        """All levels together."""
        return self.debug + self.info + self.warn + self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One row of ``experiment_runs``.

    ``configuration`` is what the run really used. ``metadata`` holds what was recorded at the
    start: host, process, versions, limits, git, hardware. ``queued_at`` is when its start was
    asked for; a run without it is only prepared. ``finishing`` is true between the final word and
    the end of the last process. ``gpus_asked`` is how many devices it needs, ``gpus`` which ones
    it was given; ``waits_for`` says what else than its turn a queued run waits for. ``usage`` is
    the newest sample of what it uses.
    """

    id: str
    instance_id: str
    status: RunStatus
    configuration: dict[str, Any]
    inserted_at: datetime
    updated_at: datetime
    queued_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    attempt: int = 1
    progress: Progress | None = None
    log_counts: LogCounts = LogCounts()
    result_count: int = 0
    skipped_lines: int = 0
    cancel_requested_at: datetime | None = None
    force_requested_at: datetime | None = None
    finishing: bool = False
    gpus_asked: int = 0
    gpus: tuple[str, ...] = ()
    waits_for: str | None = None
    usage: Usage | None = None

    @property
    def cancelling(self) -> bool:
        """A cancel was asked for and the run has not ended yet."""
        return self.status is RunStatus.RUNNING and self.cancel_requested_at is not None

    @property
    def duration_s(self) -> float | None:
        """Seconds from start to end; None before the end.

        As its runner measured them, whatever the clock did meanwhile; for a run whose runner was
        killed, by the clock.
        """
        if self.started_at is None or self.completed_at is None:
            return None
        measured = self.metadata.get("duration_s")
        if isinstance(measured, (int, float)):
            return float(measured)
        return max(0.0, (self.completed_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRun:
    """A run with what it is a run of."""

    run: Run
    instance_name: str
    experiment_module: str
