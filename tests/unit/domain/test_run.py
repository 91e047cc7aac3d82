"""What a run may become, and how far it says it is."""

from __future__ import annotations

import pytest

from athanor.domain.run import LogCounts, Progress, RunStatus, sources_of

PENDING, RUNNING = RunStatus.PENDING, RunStatus.RUNNING
ENDS = {RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED}


def test_there_are_five_statuses():
    """RUN-01"""
    words = [str(status) for status in RunStatus]
    assert words == ["pending", "running", "completed", "failed", "cancelled"]


def test_a_pending_run_may_begin_be_cancelled_or_fail_to_start():
    assert {status for status in RunStatus if PENDING.may_become(status)} == {
        RUNNING,
        RunStatus.FAILED,
        RunStatus.CANCELLED,
    }


def test_a_running_run_may_only_end():
    assert {status for status in RunStatus if RUNNING.may_become(status)} == ENDS


@pytest.mark.parametrize("end", sorted(ENDS))
def test_nothing_follows_an_end(end):
    assert end.final
    assert not end.live
    assert not any(end.may_become(status) for status in RunStatus)


def test_only_a_running_run_can_be_completed():
    assert sources_of(RunStatus.COMPLETED) == (RUNNING,)
    assert set(sources_of(RunStatus.FAILED)) == {PENDING, RUNNING}


@pytest.mark.parametrize(
    ("current", "total", "percent"),
    [(0, 3, 0), (3, 8, 38), (1, 3, 33), (2, 3, 67), (1, 200, 1), (8, 8, 100), (5, 0, 0), (0, 0, 0)],
)
def test_progress_in_whole_percent_with_halves_rounded_up(current, total, percent):
    """API-15"""
    assert Progress(current=current, total=total).percent == percent


def test_the_total_of_the_counts_is_that_of_all_levels():
    assert LogCounts(debug=1, info=20, warn=300, error=4000).total == 4321
