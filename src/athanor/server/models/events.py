"""Events over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from athanor.server.models.answer import Answer, Asked, Identifier
from athanor.server.models.logs import LogLine
from athanor.server.models.results import ResultSummary
from athanor.server.models.runs import Progress, RunInList
from athanor.server.shape import Shape


class RunUpdated(Answer):
    """The run as it stands: told first, and when its status or another fact changes."""

    event: Literal["run_updated"]
    run: RunInList


class LogsAdded(Answer):
    """New log lines, in order."""

    event: Literal["logs_added"]
    run_id: Identifier
    logs: list[LogLine]
    cursor: str = Field(description="Give it as `after` to go on from here.", examples=["1:4096"])


class ResultsAdded(Answer):
    """New results, in order, without their values."""

    event: Literal["results_added"]
    run_id: Identifier
    results: list[ResultSummary]
    cursor: str = Field(description="Give it as `after` to go on from here.", examples=["1:4096"])


class ProgressUpdated(Answer):
    """The newest progress."""

    event: Literal["progress_updated"]
    run_id: Identifier
    progress: Progress


RunEvent = RunUpdated | LogsAdded | ResultsAdded | ProgressUpdated


class EventsAsked(Asked):
    """From where on, and how long."""

    follow: bool = Field(True, description="Go on until the run has ended; else end at once.")
    after: Annotated[str, Shape(r"[0-9]{1,18}:[0-9]{1,18}", "a cursor such as 1:4096")] | None = (
        Field(
            None,
            description="The `cursor` of the last event that is known; none to begin at the begin.",
            examples=["1:4096"],
        )
    )
