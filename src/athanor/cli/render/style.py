"""Colours and signs of statuses and levels; a colour never stands without its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from athanor.domain.output import Level
from athanor.domain.run import RunStatus

if TYPE_CHECKING:
    from athanor.domain.run import Run

STATUS = {
    RunStatus.PENDING: ("○", "default"),
    RunStatus.RUNNING: ("●", "bright_blue"),
    RunStatus.COMPLETED: ("✓", "green"),
    RunStatus.FAILED: ("✗", "red"),
    RunStatus.CANCELLED: ("⊘", "yellow"),
}
LEVEL = {
    Level.DEBUG: "dim",
    Level.INFO: "cyan",
    Level.WARN: "yellow",
    Level.ERROR: "bold red",
}


def status_word(run: Run) -> str:
    """The status, or what the run is on the way to: queued, cancelling, finishing."""
    if run.status is RunStatus.PENDING:
        return "pending" if run.queued_at is None else "waiting"
    if run.cancelling:
        return "cancelling"
    return "finishing" if run.finishing and run.status.live else str(run.status)


def status_text(run: Run) -> Text:
    """Sign and word in the colour of the status."""
    sign, colour = STATUS[run.status]
    return Text(f"{sign} {status_word(run)}", style="yellow" if run.cancelling else colour)


def status_of(status: RunStatus | None) -> Text:
    """The same for a status alone; a dash when there is none."""
    if status is None:
        return Text("-", style="dim")
    sign, colour = STATUS[status]
    return Text(f"{sign} {status}", style=colour)
