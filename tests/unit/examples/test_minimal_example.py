"""The minimal example does what the documentation says of it."""

from __future__ import annotations

import pytest

from athanor import Cancelled
from examples.minimal import Minimal
from tests.unit.examples.recording import RecordingContext, perform


def test_ten_iterations_give_ten_logs_ten_results_and_full_progress() -> None:
    """EXP-06."""
    recording = perform(Minimal().run, RecordingContext({"iterations": 10}))
    assert recording.keys() == [f"iteration_{i}" for i in range(1, 11)]
    assert [value["iteration"] for value in recording.values()] == list(range(1, 11))
    assert recording.messages("info") == [f"Running iteration {i}" for i in range(1, 11)]
    assert recording.progresses[-1] == (10, 10, None)
    assert recording.words == [("completed", None)]


def test_a_cancel_stops_it_before_the_next_iteration() -> None:
    """CAN-01, CAN-02."""
    recording = RecordingContext({"iterations": 10}, cancel_after_results=3)
    with pytest.raises(Cancelled):
        perform(Minimal().run, recording)
    assert recording.keys() == ["iteration_1", "iteration_2", "iteration_3"]
    assert recording.words == []
