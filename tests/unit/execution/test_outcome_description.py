"""What an exception is told as: its type, its message, and a trace of the author's own code."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from athanor.errors import Cancelled, ExperimentBroken, FieldProblem, ValidationFailed
from athanor.execution import backtrace, outcome
from athanor.journal import format as kinds
from athanor.journal.writer import JournalWriter

OWN = str(Path(outcome.__file__).parents[1])
HERE = __file__


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class Unshowable(Exception):
    __module__ = "lab"

    def __str__(self):
        raise SystemExit

    __repr__ = __str__


class Unspoken(int):
    def __str__(self):
        raise RuntimeError("no text")


def ended(attempt, call, cancel_fd=None):
    """The final word of an experiment that does ``call``."""
    outcome.perform(call, attempt.context, JournalWriter(attempt.directory.journal), cancel_fd)
    (word,) = [
        line for line in attempt.lines() if line["t"] in ("completed", "failed", "cancelled")
    ]
    return word


def raising(error):
    def call():
        raise error

    return call


def test_an_error_says_type_message_and_trace(attempt):
    """SRV-03, SRV-06"""
    word = ended(attempt, raising(ValueError("bad thing")))
    assert not word["explicit"]
    assert word["error"].startswith("ValueError: bad thing\n\nTraceback (most recent call last):\n")
    assert word["error"].endswith("ValueError: bad thing")
    assert "in call\n    raise error" in word["error"]


def test_a_trace_begins_with_the_authors_own_code(attempt):
    error = ended(attempt, raising(ValueError("x")))["error"]
    assert error.splitlines()[3].startswith(f'  File "{HERE}"')
    assert OWN not in error


def test_an_async_trace_begins_with_the_authors_own_code_too(attempt):
    async def run():
        await asyncio.sleep(0)
        raise ValueError("x")

    error = ended(attempt, run)["error"]
    assert error.splitlines()[3].startswith(f'  File "{HERE}"')


def test_a_trace_begins_and_ends_with_the_authors_frames(attempt):
    error = ended(attempt, lambda: attempt.context.log("loud", "x"))["error"]
    assert error.splitlines()[3].startswith(f'  File "{HERE}"')
    assert f'File "{OWN}/' not in error


def test_without_a_frame_of_the_author_the_trace_is_whole(attempt):
    error = ended(attempt, len)["error"]
    assert "TypeError: len() takes" in error
    assert f'File "{OWN}/execution/outcome.py"' in error


def test_the_cause_of_an_error_is_told(attempt):
    def call():
        try:
            {}["missing"]
        except KeyError as error:
            raise ValueError("outer") from error

    error = ended(attempt, call)["error"]
    assert error.startswith("ValueError: outer\n")
    assert "KeyError: 'missing'\n\nThe above exception was the direct cause" in error


def test_every_error_of_a_nested_group_is_told(attempt):
    inner = ExceptionGroup("inner", [KeyError("deep")])
    error = ended(attempt, raising(ExceptionGroup("outer", [ValueError("flat"), inner])))["error"]
    assert error.startswith("ExceptionGroup: outer (2 sub-exceptions)\n")
    assert "ValueError: flat" in error
    assert "KeyError: 'deep'" in error


def test_a_note_on_an_error_is_told(attempt):
    error = ValueError("x")
    error.add_note("while reading row 7")
    told = ended(attempt, raising(error))["error"]
    assert told.startswith("ValueError: x\n\nTraceback")
    assert "while reading row 7" in told


@pytest.mark.parametrize("error", [Unprintable(), ExceptionGroup("g", [Unprintable()])])
def test_an_error_without_a_text_fails_all_the_same(attempt, error):
    """SRV-04"""
    told = ended(attempt, raising(error))["error"]
    assert "Unprintable: <exception str() failed>" in told


def test_an_error_whose_text_ends_the_process_fails_all_the_same(attempt):
    """SRV-04"""
    told = ended(attempt, raising(Unshowable()))["error"]
    assert told.startswith("lab.Unshowable: <exception str() failed>")


def test_an_error_with_a_lone_surrogate_is_told_with_an_escape(attempt):
    assert "ValueError: a\\ud800" in ended(attempt, raising(ValueError("a\ud800")))["error"]


@pytest.mark.parametrize("code", [None, 0, False])
def test_leaving_with_code_0_is_a_return(attempt, code):
    """SRV-07"""
    assert ended(attempt, lambda: sys.exit(code))["t"] == "completed"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (3, "SystemExit: the experiment called sys.exit(3)"),
        (-1, "SystemExit: the experiment called sys.exit(-1)"),
        ("no data", "SystemExit: no data"),
        (Unprintable(), "SystemExit: <exception str() failed>"),
    ],
)
def test_leaving_with_anything_else_is_a_failure(attempt, code, said):
    """SRV-07"""

    def leave():
        sys.exit(code)

    told, trace = ended(attempt, leave)["error"].split("\n\n")
    assert told == said
    assert f'File "{HERE}", line ' in trace
    assert "in leave\n    sys.exit(code)" in trace
    assert OWN not in trace


@pytest.mark.parametrize("error", [KeyboardInterrupt(), GeneratorExit(), BaseException("base")])
def test_whatever_else_is_raised_is_a_failure(attempt, error):
    """SRV-09"""
    assert ended(attempt, raising(error))["error"].startswith(type(error).__name__)


def test_raising_cancelled_is_cancelled(attempt):
    """CAN-02"""
    assert ended(attempt, raising(Cancelled()))["t"] == "cancelled"


def test_a_cancelled_error_that_nobody_asked_for_is_a_failure(attempt):
    assert ended(attempt, raising(asyncio.CancelledError()))["t"] == "failed"


def test_an_async_experiment_is_cancelled_at_its_await(attempt):
    readable, writable = os.pipe()

    async def run():
        os.write(writable, b"c")
        attempt.context._slot.cancel()
        await asyncio.sleep(60)

    assert ended(attempt, run, readable)["t"] == "cancelled"


def test_a_returned_value_is_a_result(attempt):
    """SRV-05"""
    assert ended(attempt, lambda: {"a": 1})["t"] == "completed"
    assert [(r["key"], r["value"]) for r in attempt.lines("result")] == [("return_value", {"a": 1})]


def test_a_returned_value_without_a_json_form_is_a_warning(attempt):
    """SRV-05"""
    assert ended(attempt, lambda: {"a": object()})["t"] == "completed"
    (entry,) = attempt.lines("log")
    assert entry["level"] == "warn"
    assert "value.a is of type object" in entry["message"]


def test_a_forked_child_that_leaves_the_experiment_has_no_say(attempt, capfd):
    def call():
        child = os.fork()
        if child == 0:
            raise ValueError("of the child")
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
        return "of the parent"

    assert ended(attempt, call)["t"] == "completed"
    assert "A forked child of the experiment failed. ValueError" in capfd.readouterr().err


def test_a_configuration_that_no_longer_fits_is_refused_with_its_fields():
    word = outcome.refused(ValidationFailed((FieldProblem("rate", "must be less than 1"),)))
    assert word.error.startswith("The configuration does not fit the experiment any more.")
    assert "rate: must be less than 1" in word.error


def test_a_broken_import_is_refused_with_the_authors_trace(tmp_path, monkeypatch):
    from athanor.definition import loading

    (tmp_path / "broken_lab.py").write_text("x = 1\n1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExperimentBroken) as caught:
        loading.load("broken_lab:Trial")
    told = outcome.refused(caught.value).error
    trace_lines = told[told.index("Traceback") :].splitlines()
    assert trace_lines[1].startswith(f'  File "{tmp_path}/broken_lab.py", line 2')
    assert told.endswith("ZeroDivisionError: division by zero")


def test_a_syntax_error_is_refused_with_its_place_alone(tmp_path, monkeypatch):
    from athanor.definition import loading

    (tmp_path / "unreadable_lab.py").write_text("def f(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExperimentBroken) as caught:
        loading.load("unreadable_lab:Trial")
    told = outcome.refused(caught.value).error
    assert f'File "{tmp_path}/unreadable_lab.py", line 1' in told
    assert "importlib" not in told


def test_a_trace_of_native_death_leaves_out_the_frames_of_this_package(tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(
        "import ctypes, faulthandler\nfaulthandler.enable()\n"
        "from athanor.execution import outcome\n"
        "outcome._word(lambda: ctypes.string_at(0), None, None, None)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=30
    )
    assert f'File "{OWN}/execution/outcome.py"' in done.stderr
    told = backtrace.without_own_lines(done.stderr)
    assert OWN not in told
    assert f'File "{script}", line 4 in <lambda>' in told
    assert told.startswith("Fatal Python error: Segmentation fault")


def test_a_word_is_one_of_the_three():
    assert outcome.refused(ValueError("x")).__class__ is kinds.Failed


def test_the_trace_ends_where_the_author_called_this_package(attempt):
    def author():
        attempt.context.result("scores", {"best": object()})

    with pytest.raises(TypeError) as raised:
        author()
    told = outcome.describe(raised.value)
    assert "result 'scores': value.best is of type object" in told
    assert told.count("File ") == told.count("test_outcome_description.py")


@pytest.mark.parametrize("code", [10**5000, Unspoken(3)], ids=["long", "unspoken"])
def test_a_code_that_cannot_be_written_out_fails_as_any_other(attempt, code):
    assert ended(attempt, raising(SystemExit(code)))["error"].startswith("SystemExit: ")
