"""What one who listens to a run takes from its feed, wherever he stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

from athanor.domain.output import Level, LogLine
from athanor.domain.run import Run, RunStatus
from athanor.harness.tail import Look
from athanor.server.live.batch import Batch
from athanor.server.live.of_run import OfRun
from athanor.server.live.ring import Ring
from athanor.server.live.state import State

AT = datetime(2026, 1, 1, tzinfo=UTC)
RUN = Run(
    id="run",
    instance_id="instance",
    status=RunStatus.COMPLETED,
    configuration={},
    inserted_at=AT,
    updated_at=AT,
)


def line(number):
    return LogLine(
        id=str(number),
        run_id="run",
        attempt=1,
        seq=number,
        line=number,
        level=Level.INFO,
        message="m",
        metadata=None,
        timestamp=AT,
        inserted_at=AT,
    )


def batch(start, numbers):
    said = [line(number) for number in numbers]
    return Batch.of("run", Look(run=RUN, start=(1, start), end=(1, numbers[-1]), said=said))


def taken(at, *batches):
    """What one who stands at a place is told, in short."""
    ring = Ring()
    for one in batches:
        ring.add(one)
    listener = OfRun(None, None, "run", f"1:{at}", lambda: None)
    listener._feed = SimpleNamespace(ring=ring, state=State.of(RUN, None), end=batches[-1].end)
    told = []
    for frame in map(json.loads, listener.take()):
        if frame["event"] == "lagged":
            told.append((frame["from"], frame["to"]))
        else:
            told.append([each["line"] for each in frame.get("logs", ())] or frame["event"])
    return told


def test_rows_come_before_the_status_that_ends_them():
    """BUF-04."""
    assert taken(0, batch(0, [1, 2])) == [[1, 2], "run_updated"]


def test_who_stands_inside_a_batch_is_told_its_rest():
    assert taken(2, batch(0, [1, 2, 3]), batch(3, [4])) == [[3, 4], "run_updated"]


def test_what_is_in_no_batch_is_said_to_be_left_out():
    assert taken(0, batch(4, [5, 6])) == [("1:0", "1:4"), [5, 6], "run_updated"]


def test_a_gap_in_between_is_said_and_only_the_newest_told():
    told = taken(0, batch(0, [1, 2]), batch(6, [7]), batch(7, [8]))
    assert told == [("1:0", "1:6"), [7, 8], "run_updated"]


def test_a_ring_keeps_the_newest_however_large_it_is():
    ring = Ring(kept_bytes=1)
    ring.add(batch(0, [1]))
    ring.add(batch(1, [2]))
    assert [one.end for one in ring.after((0, 0))] == [(1, 2)]
