"""The minimal example does what the documentation says of it."""

from __future__ import annotations

from athanor import testing
from examples.minimal import Minimal


def test_ten_iterations_give_ten_logs_ten_results_and_full_progress() -> None:
    """EXP-06."""
    outcome = testing.run(Minimal, {"iterations": 10})
    assert outcome.status == "completed"
    assert outcome.keys == [f"iteration_{i}" for i in range(1, 11)]
    assert [result.value["iteration"] for result in outcome.results] == list(range(1, 11))
    assert outcome.messages("info") == [f"Running iteration {i}" for i in range(1, 11)]
    assert outcome.progress == outcome.progresses[-1]
    assert (outcome.progress.current, outcome.progress.total) == (10, 10)


def test_a_cancel_stops_it_before_the_next_iteration() -> None:
    """CAN-01, CAN-02."""
    outcome = testing.run(Minimal, {"iterations": 10}, cancel_after=9)
    assert outcome.status == "cancelled"
    assert outcome.keys == ["iteration_1", "iteration_2", "iteration_3"]
