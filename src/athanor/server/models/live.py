"""Frames of the socket `/api/live`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from athanor.server.models.answer import Answer, Asked, Identifier
from athanor.server.models.experiments import Experiments
from athanor.server.models.instances import InstanceInList
from athanor.server.models.logs import LogLine
from athanor.server.models.problem import Problem
from athanor.server.models.results import ResultSummary
from athanor.server.models.runs import LogCounts, Progress, RunInList, RunOfInstance, Usage

Topic = Annotated[str, Field(description="What is told of.", examples=["experiments:runs:active"])]
Revision = Annotated[int, Field(description="Grows with each change of the topic.", examples=[42])]
Cursor = Annotated[
    str, Field(description="Give it as `after` to go on from here.", examples=["1:4096"])
]


# --- what a client sends -------------------------------------------------------------------------


class LiveSubscribe(Asked):
    """Begin to listen; again, to begin anew."""

    op: Literal["subscribe"]
    topic: Topic
    after: str | None = Field(
        None, description="On the topic of a run: the cursor to go on from.", examples=["1:4096"]
    )


class LiveUnsubscribe(Asked):
    """Listen no more."""

    op: Literal["unsubscribe"]
    topic: Topic


class LiveRequest(RootModel[LiveSubscribe | LiveUnsubscribe]):
    """A frame that a client sends."""


# --- about the connection ------------------------------------------------------------------------


class LiveHello(Answer):
    """The first frame."""

    event: Literal["hello"]
    server: Identifier
    version: str = Field(description="Of the server.", examples=["0.1.0"])
    beat_s: float = Field(description="A `beat` comes so often, in seconds.", examples=[10.0])


class LiveBeat(Answer):
    """The connection lives."""

    event: Literal["beat"]


class LiveError(Answer):
    """A frame or a topic that is none; the socket stays open."""

    event: Literal["error"]
    topic: Topic | None = None
    problem: Problem


class LiveUnsubscribed(Answer):
    """Nothing of the topic comes any more."""

    event: Literal["unsubscribed"]
    topic: Topic


# --- snapshots -----------------------------------------------------------------------------------


class RunSnapshot(Answer):
    """Of the topic of a run."""

    run: RunInList


class ActiveSnapshot(Answer):
    """Of the topic of active runs."""

    runs: list[RunOfInstance] = Field(
        description="Those at work, then those that wait in the order of the queue; 200 at most."
    )
    running: int
    pending: int


class InstancesSnapshot(Answer):
    """Of the topic of all instances."""

    count: int


class InstanceSnapshot(Answer):
    """Of the topic of an instance."""

    instance: InstanceInList


class LiveSubscribed(Answer):
    """The state; comes again when a client was too slow to be told each change."""

    event: Literal["subscribed"]
    topic: Topic
    revision: Revision | None = None
    cursor: Cursor | None = None
    snapshot: RunSnapshot | ActiveSnapshot | InstancesSnapshot | InstanceSnapshot | Experiments


# --- a run ---------------------------------------------------------------------------------------


class LiveLogLine(LogLine):
    """A log line; what is over 16 KiB is cut."""

    cut: bool


class LiveLogsAdded(Answer):
    """New log lines, and how many there are in all."""

    event: Literal["logs_added"]
    topic: Topic
    logs: list[LiveLogLine]
    log_counts: LogCounts
    cursor: Cursor


class LiveResultsAdded(Answer):
    """New results without their values, and how many there are in all."""

    event: Literal["results_added"]
    topic: Topic
    results: list[ResultSummary]
    result_count: int
    cursor: Cursor


class LiveTotals(Answer):
    """How much a run has said in all."""

    log_counts: LogCounts
    result_count: int


class LiveLagged(BaseModel):
    """What lies between two cursors is left out; the newest follows."""

    model_config = ConfigDict(populate_by_name=True, use_attribute_docstrings=True)

    event: Literal["lagged"]
    topic: Topic
    start: Cursor = Field(alias="from")
    to: Cursor
    totals: LiveTotals


class LiveUsageUpdated(Answer):
    """The newest sample."""

    event: Literal["usage_updated"]
    topic: Topic
    usage: Usage


# --- told on several topics ----------------------------------------------------------------------


class LiveProgressUpdated(Answer):
    """The newest progress; with `revision` and `run_id` on the topic of active runs."""

    event: Literal["progress_updated"]
    topic: Topic
    revision: Revision | None = None
    run_id: Identifier | None = None
    progress: Progress


class LiveRunChanged(Answer):
    """A run as it stands; `run_completed` stands for all three ends."""

    event: Literal["run_created", "run_started", "run_updated", "run_completed"]
    topic: Topic
    revision: Revision | None = None
    run: RunOfInstance | RunInList


class LiveRunDeleted(Answer):
    """A run is gone."""

    event: Literal["run_deleted"]
    topic: Topic
    revision: Revision | None = None
    run_id: Identifier
    instance_id: Identifier | None = None


class LiveInstanceChanged(Answer):
    """An instance as it stands, its stats included."""

    event: Literal["instance_created", "instance_updated"]
    topic: Topic
    revision: Revision
    instance: InstanceInList


class LiveInstanceDeleted(Answer):
    """An instance is gone, and all its runs with it."""

    event: Literal["instance_deleted"]
    topic: Topic
    revision: Revision
    instance_id: Identifier


class LiveModulesUpdated(Experiments):
    """The experiments as they are now."""

    event: Literal["modules_updated"]
    topic: Topic
    revision: Revision


class LiveFrame(
    RootModel[
        Annotated[
            LiveHello
            | LiveBeat
            | LiveError
            | LiveSubscribed
            | LiveUnsubscribed
            | LiveLogsAdded
            | LiveResultsAdded
            | LiveLagged
            | LiveUsageUpdated
            | LiveProgressUpdated
            | LiveRunChanged
            | LiveRunDeleted
            | LiveInstanceChanged
            | LiveInstanceDeleted
            | LiveModulesUpdated,
            Field(discriminator="event"),
        ]
    ]
):
    """A frame that a client is sent; `event` tells which."""
