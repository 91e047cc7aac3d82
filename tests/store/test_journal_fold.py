"""From lines to rows and to what is known of the end."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_givens import NOON, NOON_US, STEP, a_log, a_result, a_start, an_exit

from athanor.domain.moment import from_us
from athanor.domain.run import RunStatus
from athanor.domain.verdict import Ending, Exit, verdict
from athanor.journal import format as said
from athanor.store import fold as fold_file
from athanor.store.columns import moment_text
from athanor.store.fold import fold

RUN_ID = "01a1fa1e-12a3-7a03-aec2-e36046810082"
NOTHING = Ending()
COMPLETE = said.Completed(NOON_US)
RETURN = said.Completed(NOON_US, explicit=False)
FAIL = said.Failed(NOON_US, "said so")
RAISE = said.Failed(NOON_US, "Traceback", explicit=False)
CANCEL = said.CancelRequested(NOON_US)
FORCE = said.CancelRequested(NOON_US, force=True)
STOPPED = said.Cancelled(NOON_US)
LIMIT = said.LimitExceeded(NOON_US, "time_limit", 1.5)


def folded(*lines, last_line=0, ending=NOTHING, start=0):
    placed = [(start + index * STEP, line) for index, line in enumerate(lines)]
    return fold(
        placed,
        run_id=RUN_ID,
        key=7,
        attempt=1,
        last_line=last_line,
        ending=ending,
        inserted_at=NOON,
    )


def said_in(result):
    return [(row[4], row[5]) for row in result.logs]


def test_log_lines_become_rows_numbered_on_from_the_last():
    result = folded(a_log("a", metadata={"k": 1}), a_log("b", level="warn"), last_line=7)
    assert result.logs == [
        (7, 8, 1, 0, "info", "a", '{"k":1}', NOON_US, NOON_US),
        (7, 9, 1, 100, "warn", "b", None, NOON_US, NOON_US),
    ]
    assert result.line == 9
    assert result.level_counts() == {"debug": 0, "info": 1, "warn": 1, "error": 0}


def test_of_an_endless_error_the_begin_and_the_end_are_kept():
    """Each list of runs has it, and each event."""
    error = folded(said.Failed(NOON_US, "begin" + 10_000_000 * "x" + "end")).ending.error
    assert len(error) < 70_000
    assert error.startswith("beginx")
    assert error.endswith("xend")
    assert "9,934,472 characters left out; the journal of the run has them" in error
    assert folded(said.Failed(NOON_US, 65_536 * "x")).ending.error == 65_536 * "x"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            said.LimitExceeded(NOON_US, "memory_limit", None, 4 << 30, 4_400_000_000),
            "Exceeded its memory limit of 4 GiB (used 4.4 GB)",
        ),
        (
            said.LimitExceeded(NOON_US, "memory_limit", limit_bytes=4 << 30, by_kernel=True),
            "Out of memory: ended by the kernel at its memory limit of 4 GiB",
        ),
        (LIMIT, "Exceeded its time limit of 1.5 s"),
    ],
)
def test_a_limit_that_was_exceeded_is_named_with_what_it_was(line, message):
    result = folded(line)
    assert (result.ending.word, result.ending.error) == ("limit", message + ".")
    assert said_in(result) == [("warn", message)]


def test_results_become_rows_with_size_and_preview():
    value = "é" * 1000
    [row] = folded(a_result("k", value)).results
    text = msgspec.json.encode(value).decode()
    assert row[3:6] == ("k", len(text.encode()), text[:200])
    assert row[-1] == text


@pytest.mark.parametrize(
    ("ts", "text"),
    [
        (NOON_US, "2026-02-18 12:00:00.123456+00:00"),
        (1_771_416_000_000_000, "2026-02-18 12:00:00.000000+00:00"),
        (1_771_416_000_000_007, "2026-02-18 12:00:00.000007+00:00"),
        (0, "1970-01-01 00:00:00.000000+00:00"),
        (7, "1970-01-01 00:00:00.000007+00:00"),
        (-5, "1970-01-01 00:00:00.000000+00:00"),
        (10**30, "9999-12-31 23:59:59.999999+00:00"),
    ],
)
def test_stamps_are_moments_that_a_calendar_has_whatever_a_line_says(ts, text):
    result = folded(a_log(ts=ts), said.Failed(ts, "e"), said.Failed(ts, "again"), a_result(ts=ts))
    assert [moment_text(from_us(row[-2])) for row in result.logs] == [text, text]
    assert result.results[0][-3] == text


def test_a_start_says_when_and_where():
    result = folded(a_start())
    assert result.started_at == NOON
    assert result.ending.started
    assert result.metadata == {"host": "host", "pid": 42, "python": "3.11.7", "athanor": "0.1.0"}


def test_surroundings_join_the_metadata_and_a_configuration_replaces():
    result = folded(
        a_start(),
        said.Surroundings(NOON_US, said.raw({"git": {"commit": "abc"}})),
        said.Configured(NOON_US, said.raw({"iterations": 3})),
    )
    assert result.metadata["git"] == {"commit": "abc"}
    assert result.metadata["host"] == "host"
    assert result.configuration == {"iterations": 3}


def test_the_newest_progress_counts_and_makes_no_row():
    """BUF-08."""
    result = folded(said.Progress(NOON_US, 1, 10), said.Progress(NOON_US, 2, 10, "two"))
    assert result.progress == {
        "current": 2,
        "total": 10,
        "message": "two",
        "updated_at": "2026-02-18T12:00:00.123456+00:00",
    }
    assert result.logs == []


@pytest.mark.parametrize(
    ("lines", "status", "error", "kept"),
    [
        ([COMPLETE], "completed", None, []),
        ([RETURN], "completed", None, []),
        ([FAIL], "failed", "said so", []),
        ([RAISE], "failed", "Traceback", []),
        ([STOPPED], "cancelled", None, []),
        # The first word wins; what comes later is kept.
        ([COMPLETE, RAISE], "completed", None, [("error", "Traceback")]),
        ([COMPLETE, FAIL], "completed", None, [("error", "said so")]),
        ([FAIL, COMPLETE], "failed", "said so", [("info", "complete")]),
        ([FAIL, RETURN], "failed", "said so", []),
        ([COMPLETE, RETURN], "completed", None, []),
        ([COMPLETE, STOPPED], "completed", None, [("info", "asked to")]),
        ([STOPPED, RAISE], "cancelled", None, [("error", "Traceback")]),
        # A cancel before the word beats all but an explicit one.
        ([CANCEL, RETURN], "cancelled", None, [("warn", "Cancel requested")]),
        ([CANCEL, COMPLETE], "completed", None, [("warn", "Cancel requested")]),
        ([CANCEL, FAIL], "failed", "said so", [("warn", "Cancel requested")]),
        (
            [CANCEL, RAISE],
            "cancelled",
            None,
            [("warn", "Cancel requested"), ("error", "Traceback")],
        ),
        ([RETURN, CANCEL], "completed", None, [("warn", "Cancel requested")]),
        (
            [LIMIT, STOPPED],
            "failed",
            "Exceeded its time limit of 1.5 s.",
            [("warn", "Exceeded its time limit of 1.5 s"), ("info", "asked to")],
        ),
        (
            [COMPLETE, LIMIT],
            "completed",
            None,
            [("warn", "Exceeded its time limit of 1.5 s")],
        ),
    ],
)
def test_the_first_final_word_decides_and_later_ones_are_kept(lines, status, error, kept):
    """RUN-13."""
    result = folded(*lines)
    assert verdict(result.ending) == (RunStatus(status), error)
    assert len(result.logs) == len(kept)
    for (level, message), (expected_level, part) in zip(said_in(result), kept, strict=True):
        assert level == expected_level
        assert part in message


def test_a_cancel_after_the_word_is_asked_but_not_first():
    ending = folded(COMPLETE, CANCEL).ending
    assert ending.cancel_asked
    assert not ending.cancel_first


def test_a_forced_cancel_is_remembered_and_said():
    result = folded(CANCEL, FORCE)
    assert result.ending.forced
    assert result.ending.cancel_first
    assert said_in(result)[1] == ("warn", "Cancel requested (force)")
    assert not folded(CANCEL).ending.forced


def test_an_exit_joins_the_ending_and_the_metadata():
    result = folded(an_exit(code=None, signal=9))
    assert result.ending.exit == Exit(code=None, signal=9)
    assert result.metadata == {
        "exit_code": None,
        "exit_signal": 9,
        "peak_memory_bytes": 1024,
        "cpu_s": 0.5,
        "duration_s": 2.5,
    }


def test_the_time_of_the_newest_line_is_remembered():
    assert folded(a_log(ts=5_000_000), a_log(ts=NOON_US)).ending.heard_us == NOON_US
    assert folded(ending=Ending(heard_us=3)).ending.heard_us == 3


@pytest.mark.parametrize(
    "line",
    [
        said.Result(NOON_US, "k", msgspec.Raw(b'"\xff"')),
        said.Log(NOON_US, "info", "m", msgspec.Raw(b'{"a":"\xff"}')),
        said.Surroundings(NOON_US, said.raw([1])),
        said.Configured(NOON_US, said.raw("text")),
    ],
)
def test_a_line_that_no_database_could_hold_loses_no_other(line):
    """BUF-06."""
    result = folded(a_log("before"), line, a_log("after"))
    assert said_in(result) == [("info", "before"), ("info", "after")]
    assert result.skipped == 1
    assert result.line == 2


def test_a_value_that_no_database_could_hold_is_named(monkeypatch):
    monkeypatch.setattr(fold_file, "LARGEST_VALUE_BYTES", 10)
    result = folded(a_result("small", "12345678"), a_result("large", "123456789"))
    assert [row[3] for row in result.results] == ["small"]
    [(level, message)] = said_in(result)
    assert level == "error"
    assert "'large' has 11 bytes" in message


stamps = st.integers(min_value=0, max_value=NOON_US)
texts = st.text(max_size=20)
some_json = st.recursive(
    st.none() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=5
).map(said.raw)
objects = st.dictionaries(texts, st.integers(), max_size=3).map(said.raw)
any_line = st.one_of(
    st.builds(
        said.Log, stamps, st.sampled_from(["debug", "info", "warn", "error"]), texts, objects
    ),
    st.builds(said.Result, stamps, texts, some_json),
    st.builds(said.Progress, stamps, st.integers(), st.integers(), st.none() | texts),
    st.builds(said.Started, stamps, st.integers(), *[st.just(1)], *[texts] * 5),
    st.builds(said.Surroundings, stamps, objects),
    st.builds(said.Configured, stamps, objects),
    st.builds(said.CancelRequested, stamps, st.booleans()),
    st.builds(said.LimitExceeded, stamps, st.just("time_limit"), st.just(2.0)),
    st.builds(
        said.Usage,
        stamps,
        st.integers(1, 5000),
        *[st.just(1.0)] * 2,
        *[st.just(1)] * 3,
    ),
    st.builds(said.Completed, stamps, st.booleans()),
    st.builds(said.Failed, stamps, texts, st.booleans()),
    st.builds(said.Cancelled, stamps),
    st.builds(
        said.Exited,
        stamps,
        st.none() | st.integers(),
        st.none() | st.integers(),
        st.integers(),
        st.just(0.5),
        st.just(1.5),
        texts,
    ),
)


def pieces(lines, cuts):
    edges = sorted({0, len(lines), *(cut for cut in cuts if cut < len(lines))})
    return [(first, lines[first:last]) for first, last in itertools.pairwise(edges)]


@given(lines=st.lists(any_line, max_size=30), cuts=st.sets(st.integers(1, 30)))
def test_any_lines_cut_anywhere_give_the_same_as_in_one_piece(lines, cuts):
    whole = folded(*lines)
    line, ending, logs, results, metadata, progress = 0, Ending(), [], [], {}, None
    starts, samples, usage = [], [], None
    for first, piece in pieces(lines, cuts):
        part = folded(*piece, last_line=line, ending=ending, start=first * STEP)
        line, ending = part.line, part.ending
        logs += part.logs
        results += part.results
        metadata |= part.metadata
        progress = part.progress or progress
        samples += part.samples
        usage = part.usage or usage
        starts += [part.started_at] if part.started_at else []
    assert (logs, results, line, ending) == (whole.logs, whole.results, whole.line, whole.ending)
    assert (metadata, progress) == (whole.metadata, whole.progress)
    assert (samples, usage) == (whole.samples, whole.usage)
    assert starts == ([whole.started_at] if whole.started_at else [])
    assert [row[1] for row in logs] == list(range(1, line + 1))
