"""The status and error that follow from what is known about an end."""

from __future__ import annotations

import signal

import pytest

from athanor.domain.run import RunStatus
from athanor.domain.verdict import Ending, Exit, signal_name, verdict

COMPLETED, FAILED, CANCELLED = RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Ending(word="completed", explicit=True), (COMPLETED, None)),
        (Ending(word="completed"), (COMPLETED, None)),
        (Ending(word="completed", cancel_asked=True), (COMPLETED, None)),
        (Ending(word="completed", cancel_first=True), (CANCELLED, None)),
        (Ending(word="completed", explicit=True, cancel_first=True), (COMPLETED, None)),
        (Ending(word="failed", error="x"), (FAILED, "x")),
        (Ending(word="failed", error="x", cancel_first=True), (CANCELLED, None)),
        (Ending(word="failed", error="x", explicit=True, cancel_first=True), (FAILED, "x")),
        (Ending(word="cancelled"), (CANCELLED, None)),
        (Ending(word="limit", error="too long"), (FAILED, "too long")),
        (Ending(word="limit", error="too long", cancel_first=True), (CANCELLED, None)),
        (Ending(cancel_first=True, exit=Exit(signal=9)), (CANCELLED, None)),
    ],
)
def test_the_first_final_word_decides_unless_a_cancel_came_before_it(ending, expected):
    """RUN-13, CAN-03"""
    assert verdict(ending) == expected


def test_a_death_by_signal_names_it_and_shows_the_last_of_stderr():
    """SRV-08"""
    status, error = verdict(Ending(exit=Exit(signal=11, stderr="bye")))
    assert status is FAILED
    assert "SIGSEGV (signal 11)" in error
    assert error.endswith("bye")


def test_a_kill_for_want_of_memory_is_named():
    error = verdict(Ending(exit=Exit(signal=9, oom_killed=True, stderr="bye")))[1]
    assert error.startswith("Killed by SIGKILL (signal 9): out of memory, for want of which ")
    assert error.endswith("Last lines of stderr:\nbye")


def test_an_exceeded_limit_shows_the_last_of_stderr():
    ending = Ending(word="limit", error="Too much.", exit=Exit(signal=15, stderr="bye"))
    assert verdict(ending) == (FAILED, "Too much. Last lines of stderr:\nbye")


def test_an_exit_without_a_word_names_the_code():
    assert "code 7" in verdict(Ending(exit=Exit(code=7)))[1]


def test_without_an_exit_the_reason_is_what_the_executor_knows():
    assert verdict(Ending(), "its machine was restarted") == (
        FAILED,
        "Ended without a word: its machine was restarted.",
    )


def test_a_signal_without_a_name_is_told_by_its_number():
    assert signal_name(signal.SIGTERM) == "SIGTERM (signal 15)"
    assert signal_name(250) == "signal 250"
    assert "signal 250" in verdict(Ending(exit=Exit(signal=250)))[1]
