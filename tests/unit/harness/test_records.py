"""Records as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from athanor.domain.events import ProgressUpdated
from athanor.domain.run import LogCounts, Progress, Run, RunStatus
from athanor.domain.usage import GpuUsage, Usage
from athanor.harness.records import event_from_json, event_json, from_json, to_json

AT = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)


def test_a_run_is_its_fields_and_what_is_computed_from_them() -> None:
    run = Run(
        id="r",
        instance_id="i",
        status=RunStatus.COMPLETED,
        configuration={"a": [1, None]},
        inserted_at=AT,
        updated_at=AT,
        started_at=AT,
        completed_at=AT,
        progress=Progress(current=1, total=3),
        log_counts=LogCounts(info=2, error=1),
    )
    found = to_json(run)
    assert json.loads(json.dumps(found)) == found
    assert found["status"] == "completed"
    assert found["started_at"] == "2026-02-03T04:05:06.789012Z"
    assert found["duration_s"] == 0
    assert found["progress"]["percent"] == 33
    assert found["log_counts"]["total"] == 3
    assert found["configuration"] == {"a": [1, None]}


def test_paths_and_tuples_have_a_form() -> None:
    assert to_json({"a": (Path("/x"), {1})}) == {"a": ["/x", [1]]}


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        to_json({"a": object()})


def test_a_record_comes_back_as_it_was() -> None:
    run = Run(
        id="r",
        instance_id="i",
        status=RunStatus.FAILED,
        configuration={"big": 2**70, "text": "\udc80", "none": None},
        inserted_at=AT,
        updated_at=AT,
        gpus=("0", "1"),
        usage=Usage(
            sampled_at=AT,
            cpu_percent=1,
            cpu_s=2.5,
            memory_bytes=3,
            peak_memory_bytes=4,
            processes=5,
            gpus=(GpuUsage(device="0", utilization_percent=50.0, memory_bytes=6),),
        ),
    )
    sent = json.loads(json.dumps(to_json(run)))
    assert from_json(Run, sent | {"new in a later version": 1}) == run


def test_an_event_comes_back_as_it_was() -> None:
    event = ProgressUpdated(run_id="r", progress=Progress(current=1, total=2, updated_at=AT))
    assert event_from_json(json.loads(json.dumps(event_json(event)))) == event
    with pytest.raises(ValueError, match="Expected an event"):
        event_from_json({"event": "unknown"})


def test_what_is_no_such_record_is_refused() -> None:
    with pytest.raises(ValueError, match="status"):
        from_json(Run, {"id": "r", "instance_id": "i", "status": "asleep"})
