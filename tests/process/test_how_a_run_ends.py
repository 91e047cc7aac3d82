"""Every way a run can end, with real processes.

A kill by the kernel for want of memory reads as a SIGKILL that nobody sent; provoking a real one
would endanger the machine of whoever runs the tests, so that the limit on address space stands in.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import time

import psutil
import pytest
from laboratory import GRACE_S

from athanor.domain.run import RunStatus
from athanor.errors import RunNotRunning, ValidationFailed

COMPLETED, FAILED, CANCELLED = RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED


# --- final words ---------------------------------------------------------------------------------


def test_a_run_that_says_it_is_complete_is_completed(lab):
    """API-19, API-21, API-22"""
    run = lab.ended("say_complete")
    assert (run.status, run.error) == (COMPLETED, None)
    assert lab.messages(run) == ["just before", "just after"]


def test_a_run_that_returns_without_a_word_is_completed(lab):
    """SRV-02"""
    run = lab.ended("return_nothing")
    assert (run.status, run.error) == (COMPLETED, None)
    assert lab.results(run) == []


def test_a_returned_value_is_kept_as_a_result(lab):
    """SRV-05"""
    run = lab.ended("return_value")
    assert run.status is COMPLETED
    assert lab.results(run) == [("return_value", {"loss": "NaN", "steps": [1, 2]})]


def test_a_returned_value_without_a_json_form_is_a_warning(lab):
    """SRV-05"""
    run = lab.ended("return_what_has_no_json")
    assert run.status is COMPLETED
    assert lab.results(run) == []
    (warning,) = lab.level(run, "warn")
    assert "value.handle is of type object" in warning


def test_a_returned_value_whose_json_cannot_be_made_is_a_warning(lab):
    run = lab.ended("return_what_raises")
    assert (run.status, run.error) == (COMPLETED, None)
    assert lab.results(run) == []
    (warning,) = lab.level(run, "warn")
    assert "was not stored: ValueError: Exceeds the limit" in warning


def test_what_a_forked_child_returns_is_not_the_runs(lab):
    run = lab.ended("fork_and_return")
    assert (run.status, run.error) == (COMPLETED, None)
    assert lab.results(run) == [("return_value", "the run's")]


def test_a_run_that_says_it_failed_has_its_text_as_error(lab):
    """API-20, API-21"""
    run = lab.ended("say_fail", "no convergence")
    assert (run.status, run.error) == (FAILED, "no convergence")
    assert lab.messages(run) == ["just before"]


def test_a_run_that_failed_and_then_returned_stays_failed(lab):
    """SRV-10"""
    run = lab.ended("fail_and_return")
    assert (run.status, run.error) == (FAILED, "said so")


def test_after_complete_an_exception_is_a_log(lab):
    """RUN-13"""
    run = lab.ended("complete_then_raise")
    assert (run.status, run.error) == (COMPLETED, None)
    (error,) = lab.level(run, "error")
    assert error.startswith("ValueError: too late\n")


def test_after_fail_a_complete_is_a_log_and_the_last_progress_is_kept(lab):
    """RUN-13, RUN-14"""
    run = lab.ended("fail_then_complete")
    assert (run.status, run.error) == (FAILED, "the first word")
    assert lab.level(run, "info") == ["Said that it is complete, after its final word"]
    progress = run.progress
    assert (progress.current, progress.total, progress.message) == (3, 8, "half way")
    assert progress.percent == 38


def test_after_complete_even_a_violent_death_is_a_completion(lab):
    assert lab.ended("complete_then_die").status is COMPLETED


# --- exceptions ----------------------------------------------------------------------------------


def test_an_exception_fails_with_type_message_and_the_authors_trace(lab):
    """SRV-03, SRV-06, EXP-11"""
    run = lab.ended("raise_error")
    assert run.status is FAILED
    lines = run.error.splitlines()
    assert lines[:3] == ["ValueError: bad thing", "", "Traceback (most recent call last):"]
    assert f'"{lab.project}/every_ending.py"' in lines[3]
    assert "in raise_error" in run.error
    assert lab.messages(run) == ["just before"]


def test_an_async_exception_has_the_authors_trace_too(lab):
    run = lab.ended("raise_async", experiment="EveryAsyncEnding")
    assert run.status is FAILED
    assert f'"{lab.project}/every_ending.py"' in run.error.splitlines()[3]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("raise_broken", ["every_ending.Broken: <exception str() failed>"]),
        ("raise_group", ["ExceptionGroup: outer", "ValueError: flat", "KeyError: 'deep'"]),
        ("raise_interrupt", ["KeyboardInterrupt"]),
        ("raise_own_base", ["every_ending.OwnBase: mine"]),
        ("run_out_of_memory", ["MemoryError"]),
    ],
)
def test_whatever_is_raised_the_run_fails_and_says_what(lab, action, said):
    """SRV-04, SRV-08, SRV-09"""
    run = lab.ended(action)
    assert run.status is FAILED
    assert run.error.startswith(said[0])
    assert all(part in run.error for part in said)


def test_leaving_with_0_is_a_return(lab):
    """SRV-07"""
    assert lab.ended("leave", "0").status is COMPLETED


@pytest.mark.parametrize(
    ("argument", "said"),
    [("3", "SystemExit: the experiment called sys.exit(3)"), ("text", "SystemExit: text")],
)
def test_leaving_with_anything_else_fails_and_says_it(lab, argument, said):
    """SRV-07"""
    run = lab.ended("leave", argument)
    told, trace = run.error.split("\n\n")
    assert (run.status, told) == (FAILED, said)
    assert "in leave\n    sys.exit(int(argument)" in trace


def test_a_generator_is_told_that_its_body_never_ran(lab):
    run = lab.end(
        lab.start_instance(
            lab.harness.create_instance(
                experiment_module="every_ending:Generating", name="Generating"
            )
        )
    )
    assert run.status is FAILED
    assert "run() is a generator" in run.error


# --- deaths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "argument", "said"),
    [
        ("exit_at_once", "0", ["exited with code 0 without a final word", "last words"]),
        ("exit_at_once", "7", ["exited with code 7 without a final word", "last words"]),
        ("abort", "", ["SIGABRT (signal 6)", "in abort"]),
        ("kill_itself", "", ["SIGKILL (signal 9)", "memory ran out", "about to go"]),
        ("segfault", "", ["SIGSEGV (signal 11)", "in segfault", "in run"]),
    ],
)
def test_a_sudden_death_fails_and_names_its_cause_with_the_last_words(lab, action, argument, said):
    """SRV-08"""
    begun_s = time.monotonic()
    run = lab.ended(action, argument)
    assert time.monotonic() - begun_s < 2
    assert run.status is FAILED
    assert [part for part in said if part not in run.error] == []
    assert "athanor/execution" not in run.error


def test_what_was_written_just_before_the_end_is_kept(lab):
    assert "written just before the end, without a newline" in lab.messages(
        lab.ended("exit_at_once", "1")
    )


def test_a_runner_that_is_killed_takes_its_task_along_and_the_run_fails(lab):
    run = lab.start("never_look")
    lab.await_log(run, "ready")
    pid = lab.harness.whereis(run.id)["pid"]
    os.kill(pid, signal.SIGKILL)
    ended = lab.end(run)
    assert ended.status is FAILED
    assert f"its runner (process {pid}) was killed" in ended.error


def test_a_daemon_does_not_outlive_the_kill_of_its_runner(lab):
    """Nothing but its memory tells whose it is: no session, no descriptor, no variable."""
    run = lab.start("become_daemon")
    lab.await_log(run, "ready")
    daemon = psutil.Process(lab.result(run, "daemon"))
    os.kill(lab.harness.whereis(run.id)["pid"], signal.SIGKILL)
    assert lab.end(run).status is FAILED
    assert not daemon.is_running() or daemon.status() == psutil.STATUS_ZOMBIE


# --- before any work -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "breaking", "said"),
    [
        ("raising", "1 / 0", ["could not be imported", "ZeroDivisionError", "line 1"]),
        ("unreadable", "def f(:", ["could not be imported", "SyntaxError", "line 1"]),
        ("leaving", "import sys; sys.exit(2)", ["could not be imported", "SystemExit: 2"]),
        ("own_base", "class Own(BaseException): pass\nraise Own('mine')", ["Own: mine", "line 2"]),
        ("lacking", "import no_such_package", ["No module named 'no_such_package'"]),
        ("emptied", "", ["is not an experiment"]),
    ],
)
def test_a_module_that_no_longer_imports_fails_with_the_reason(lab, name, breaking, said):
    """SRV-14"""
    instance, file = lab.changing(name, {"n": 50})
    file.write_text(f"{breaking}\n")
    run = lab.end(lab.start_instance(instance))
    assert run.status is FAILED
    assert [part for part in said if part not in run.error] == []
    assert "without a final word" not in run.error


def test_a_module_that_is_gone_fails_with_the_reason(lab):
    instance, file = lab.changing("passing", {"n": 50})
    file.unlink()
    run = lab.end(lab.start_instance(instance))
    assert run.status is FAILED
    assert run.error.startswith("Module not found: changing.passing")


def test_a_configuration_that_still_fits_runs_with_what_the_code_now_adds(lab):
    """RUN-08"""
    instance, file = lab.changing("widening", {"n": 50})
    added = 'max=99).field("rate", float, default=0.5)'
    file.write_text(file.read_text().replace("max=99)", added))
    run = lab.end(lab.start_instance(instance))
    assert run.status is COMPLETED
    assert run.configuration == {"n": 50, "rate": 0.5}
    assert lab.harness.get_instance(instance.id).configuration == {"n": 50}


def test_a_configuration_that_no_longer_fits_fails_with_the_reason(lab):
    instance, file = lab.changing("narrowing", {"n": 50})
    file.write_text(file.read_text().replace("99", "9"))
    run = lab.end(lab.start_instance(instance))
    assert run.status is FAILED
    assert run.error.startswith("The configuration does not fit the experiment any more.")
    assert "n: " in run.error
    assert lab.messages(run) == []


# --- cancel --------------------------------------------------------------------------------------


def test_raising_cancelled_without_being_asked_is_cancelled(lab):
    """CAN-02"""
    run = lab.ended("raise_cancelled")
    assert (run.status, run.error) == (CANCELLED, None)


@pytest.mark.parametrize(
    "action",
    [
        "on_cancel_return",
        "on_cancel_raise_cancelled",
        "on_cancel_raise",
        "on_cancel_swallow",
        "on_cancel_exit",
        "catch_exceptions_around_each_item",
    ],
)
def test_any_end_but_a_said_one_after_a_cancel_is_cancelled(lab, action):
    """API-23, CAN-02, CAN-03, CAN-04"""
    run = lab.cancelled(action)
    assert (run.status, run.error) == (CANCELLED, None)
    assert run.cancel_requested_at is not None
    assert "Cancel requested" in lab.level(run, "warn")


def test_an_exception_while_stopping_is_kept_as_a_log(lab):
    run = lab.cancelled("on_cancel_raise")
    assert any(text.startswith("ValueError: while stopping") for text in lab.level(run, "error"))


def test_an_explicit_failure_after_a_cancel_stays_a_failure(lab):
    """CAN-03"""
    run = lab.cancelled("on_cancel_fail")
    assert (run.status, run.error) == (FAILED, "could not stop cleanly")


def test_an_explicit_completion_after_a_cancel_stays_a_completion(lab):
    """CAN-03"""
    assert lab.cancelled("on_cancel_complete").status is COMPLETED


@pytest.mark.parametrize("action", ["await_long", "await_and_swallow", "await_and_clean_up"])
def test_an_async_experiment_is_cancelled_at_its_await(lab, action):
    """CAN-03, CAN-04"""
    run = lab.cancelled(action, experiment="EveryAsyncEnding")
    assert (run.status, run.error) == (CANCELLED, None)


def test_an_async_experiment_may_clean_up_after_a_cancel(lab):
    run = lab.cancelled("await_and_clean_up", experiment="EveryAsyncEnding")
    assert lab.messages(run)[-1] == "cleaned up"


def test_cancel_never_kills_and_force_ends_the_deaf_with_all_that_hides(lab):
    """CAN-05"""
    run = lab.start("never_look")
    lab.await_log(run, "ready")
    assert lab.harness.cancel_run(run.id).cancelling
    lab.await_log(run, "Cancel requested")
    assert lab.harness.wait(run.id, 0.5).status is RunStatus.RUNNING
    assert lab.alive(run)
    forced_s = time.monotonic()
    lab.harness.cancel_run(run.id, force=True)
    ended = lab.end(run)
    assert time.monotonic() - forced_s < GRACE_S + 1
    assert (ended.status, ended.error) == (CANCELLED, None)
    assert lab.left_behind(run) == []


def test_a_run_that_is_over_cannot_be_cancelled(lab):
    run = lab.ended("return_nothing")
    with pytest.raises(RunNotRunning):
        lab.harness.cancel_run(run.id)
    assert lab.harness.get_run(run.id) == run


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["sleep_long", "never_look"])
def test_a_run_beyond_its_time_limit_fails_and_says_so(lab, action):
    """SRV-15"""
    run = lab.ended(action, time_limit_s=0.4)
    assert (run.status, run.error) == (FAILED, "Exceeded its time limit of 0.4 s.")
    assert 0.4 <= run.metadata["duration_s"] < 0.4 + GRACE_S + 1


def test_a_run_within_its_time_limit_is_left_alone(lab):
    """SRV-15"""
    assert lab.ended("return_nothing", time_limit_s=30).status is COMPLETED


def test_a_run_keeps_the_limits_it_was_held_to(lab):
    """Whatever becomes of its instance."""
    instance = lab.instance("return_nothing", time_limit_s=30, memory_limit_bytes=1 << 32)
    run = lab.end(lab.start_instance(instance))
    lab.harness.update_instance(instance.id, time_limit_s=None, memory_limit_bytes=None)
    second = lab.end(lab.start_instance(instance))
    names = ("time_limit_s", "memory_limit_bytes")
    assert [run.metadata[name] for name in names] == [30, 1 << 32]
    assert not set(names) & set(second.metadata)


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf"), "1"])
def test_a_time_limit_is_a_positive_number_of_seconds(lab, limit):
    with pytest.raises(ValidationFailed, match="time_limit_s: must be a number of seconds"):
        lab.instance("return_nothing", time_limit_s=limit)


# --- what is left behind -------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["leave_thread", "leave_worker"])
def test_what_is_still_busy_after_the_return_has_a_grace_and_is_then_ended(lab, action):
    run = lab.ended(action)
    assert run.status is COMPLETED
    assert lab.level(run, "warn") == [
        f"Still busy {GRACE_S:g} s after the experiment returned: ended by force."
    ]


@pytest.mark.parametrize(("action", "name"), [("leave_subprocess", "sleep"), ("hide", "")])
def test_a_process_left_behind_is_swept_with_a_warning(lab, action, name):
    """SRV-12"""
    begun_s = time.monotonic()
    run = lab.ended(action)
    assert time.monotonic() - begun_s < GRACE_S + 1.5
    assert run.status is COMPLETED
    (warning,) = lab.level(run, "warn")
    assert warning.startswith(f"Ended 1 process(es) that the experiment left behind: {name}")
    assert lab.left_behind(run) == []


def test_what_a_thread_raises_is_an_error_in_the_log_and_the_run_goes_on(lab):
    run = lab.ended("raise_in_thread")
    assert run.status is COMPLETED
    (error,) = lab.level(run, "error")
    assert error.startswith("Thread helper raised:\nTraceback")
    assert "ValueError: in a thread" in error
    assert lab.messages(run)[-1] == "went on"


def test_a_worker_that_is_killed_does_not_end_the_run(lab):
    run = lab.ended("lose_worker")
    assert run.status is COMPLETED
    assert lab.result(run, "return_value") == -signal.SIGKILL


def test_a_run_beside_one_that_crashes_is_not_touched(lab):
    """SRV-01, SRV-11"""
    steady = lab.start("on_cancel_return")
    lab.await_log(steady, "ready")
    for action in ("segfault", "kill_itself", "abort"):
        assert lab.ended(action).status is FAILED
    assert lab.harness.get_run(steady.id).status is RunStatus.RUNNING
    lab.harness.cancel_run(steady.id)
    assert lab.end(steady).status is CANCELLED


# --- records -------------------------------------------------------------------------------------


def test_a_run_is_told_what_is_stored_of_it(lab):
    """EXP-07, RUN-07, API-01"""
    instance = lab.instance("show_records", "ä")
    run = lab.end(lab.start_instance(instance))
    assert run.status is COMPLETED
    told = lab.result(run, "run")
    assert told["id"] == run.id
    assert told["instance_id"] == instance.id
    assert told["status"] == "running"
    assert told["started_at"] == run.started_at.isoformat()
    assert told["inserted_at"] == run.inserted_at.isoformat()
    assert told["configuration"] == run.configuration == instance.configuration
    assert lab.result(run, "configuration") == {"action": "show_records", "argument": "ä"}
    assert lab.result(run, "experiment_module") == "every_ending:EveryEnding"
    expected = dataclasses.asdict(instance)
    expected |= {key: expected[key].isoformat() for key in ("inserted_at", "updated_at")}
    assert lab.result(run, "instance") == expected
    assert lab.result(run, "folder") == str(lab.project)


def test_how_the_work_went_is_recorded(lab):
    run = lab.ended("exit_at_once", "7")
    assert run.metadata["exit_code"] == 7
    assert run.metadata["exit_signal"] is None
    assert run.metadata["peak_memory_bytes"] > 1 << 20
    assert 0 < run.metadata["duration_s"] < 5
    assert run.started_at <= run.completed_at
