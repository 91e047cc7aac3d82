"""Records as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from athanor.domain.run import LogCounts, Progress, Run, RunStatus
from athanor.harness.records import to_json

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
    assert found["started_at"] == "2026-02-03T04:05:06.789012+00:00"
    assert found["duration_s"] == 0
    assert found["progress"]["percent"] == 33
    assert found["log_counts"]["total"] == 3
    assert found["configuration"] == {"a": [1, None]}


def test_paths_and_tuples_have_a_form() -> None:
    assert to_json({"a": (Path("/x"), {1})}) == {"a": ["/x", [1]]}


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        to_json({"a": object()})
