"""What an experiment can say, and what it is told when it says it wrongly."""

from __future__ import annotations

import enum
import pickle
import threading
import time

import numpy as np
import pytest

from athanor.domain.output import Level
from athanor.errors import Cancelled
from athanor.journal.slot import Slot


class Shout(str):
    pass


class OldLevel(str, enum.Enum):  # noqa: UP042 - older code has these
    INFO = "info"


def said(attempt):
    return [(line["level"], line["message"], line["metadata"]) for line in attempt.lines("log")]


def test_the_configuration_has_text_keys_and_two_names(ctx):
    """API-01"""
    assert ctx.config["inner"]["name"] == "x"
    assert ctx.configuration is ctx.config


def test_a_log_without_metadata_has_none(attempt, ctx):
    """API-02"""
    ctx.log("info", "hello")
    assert said(attempt) == [("info", "hello", None)]


@pytest.mark.parametrize(
    ("metadata", "stored"),
    [
        ({}, {}),
        ({"a": 1, "b": "x", "c": None, "d": 0.5}, {"a": 1, "b": "x", "c": None, "d": 0.5}),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2}]}}),
        ({"loss": float("nan")}, {"loss": "NaN"}),
        ({"loss": np.float32("inf")}, {"loss": "Infinity"}),
        ({"losses": np.array([1.0, -np.inf])}, {"losses": [1.0, "-Infinity"]}),
        ({"\ud800": "\udfff"}, {"\\ud800": "\\udfff"}),
        ({"big": 2**80}, {"big": 2**80}),
    ],
)
def test_metadata_comes_back_as_json(attempt, ctx, metadata, stored):
    """API-03"""
    ctx.log("warn", "x", metadata)
    ctx.log_batch([("warn", "x", metadata)])
    assert said(attempt) == [("warn", "x", stored)] * 2


@pytest.mark.parametrize("level", ["debug", "info", "warn", "error"])
def test_there_are_four_levels(attempt, ctx, level):
    """API-04"""
    ctx.log(level, "x")
    ctx.log_batch([(level, "x")])
    assert said(attempt) == [(level, "x", None)] * 2


@pytest.mark.parametrize("level", ["warning", "INFO", "", "critical"])
def test_another_level_raises_in_both_ways_of_logging_and_writes_nothing(attempt, ctx, level):
    """API-04"""
    expected = f"Unknown log level '{level}'; expected one of debug, info, warn, error"
    with pytest.raises(ValueError, match=expected):
        ctx.log(level, "x")
    with pytest.raises(ValueError, match=expected):
        ctx.log_batch([("info", "good"), (level, "x")])
    assert said(attempt) == []


@pytest.mark.parametrize(("level", "meant"), [("warning", "warn"), ("INFO", "info")])
def test_a_level_that_is_like_another_names_it(ctx, level, meant):
    """API-04"""
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'\\?"):
        ctx.log(level, "x")
    with pytest.raises(ValueError, match=r"debug, info, warn, error$"):
        ctx.log("critical", "x")


@pytest.mark.parametrize("level", [Level.INFO, Shout("info"), OldLevel.INFO])
def test_a_level_may_be_any_text_that_equals_one(attempt, ctx, level):
    ctx.log(level, "x")
    ctx.log_batch([(level, "x", None)])
    assert said(attempt) == [("info", "x", None)] * 2


@pytest.mark.parametrize("message", ["", "a\0b\n\r", "😀", Shout("loud"), "x" * 1_000_000])
def test_a_message_is_kept_as_it_is(attempt, ctx, message):
    ctx.log("info", message)
    assert said(attempt) == [("info", message, None)]


def test_a_lone_surrogate_in_a_message_is_escaped(attempt, ctx):
    ctx.log("info", "a\ud800", {"b": 1})
    assert said(attempt) == [("info", "a\\ud800", {"b": 1})]


@pytest.mark.parametrize("message", [1, None, b"x", ValueError("x")])
def test_a_message_that_is_no_text_raises(ctx, message):
    with pytest.raises(TypeError, match="A log message must be text, got"):
        ctx.log("info", message)


@pytest.mark.parametrize("metadata", [[1], "x", 3, {1, 2}])
def test_metadata_that_is_no_mapping_raises(ctx, metadata):
    with pytest.raises(TypeError, match="Log metadata must be a mapping, got"):
        ctx.log("info", "x", metadata)


def test_metadata_without_a_json_form_names_its_place(ctx):
    """API-13"""
    with pytest.raises(TypeError, match=r"metadata\.a\[1\] is of type bytes"):
        ctx.log("info", "x", {"a": [1, b"x"]})


def test_a_batch_keeps_its_order_and_counts_times_of_its_own(attempt, ctx):
    """API-07, API-08"""
    ctx.log("info", "before")
    ctx.log_batch([("info", f"{number}", {"n": number}) for number in range(100)])
    ctx.log("info", "after")
    assert [m for _, m, _ in said(attempt)] == ["before", *map(str, range(100)), "after"]
    times = [line["ts"] for line in attempt.lines("log")]
    assert times == sorted(times)


@pytest.mark.parametrize("entry", ["info", ("info",), ("info", "x", None, 1), None, 3])
def test_a_batch_names_the_entry_that_does_not_fit(attempt, ctx, entry):
    with pytest.raises(TypeError, match=r"log_batch takes .* tuples; entry 1 is"):
        ctx.log_batch([("info", "good"), entry])
    assert said(attempt) == []


def test_an_empty_batch_is_nothing(attempt, ctx):
    ctx.log_batch([])
    assert attempt.lines() == []


def test_times_are_those_of_the_calls(attempt, ctx):
    """API-06"""
    before = time.time_ns() // 1000
    ctx.log("info", "x")
    ctx.result("k", 1)
    after = time.time_ns() // 1000
    assert all(before <= line["ts"] <= after for line in attempt.lines())


@pytest.mark.parametrize("value", [{"a": [1]}, [1, 2], "x", 1, 1.5, True, None, {}, []])
def test_a_result_is_any_json_value(attempt, ctx, value):
    """API-09"""
    ctx.result("k", value)
    assert [(line["key"], line["value"]) for line in attempt.lines("result")] == [("k", value)]


@pytest.mark.parametrize("key", [1, None, b"k", ("k",)])
def test_a_result_key_that_is_no_text_raises(attempt, ctx, key):
    """API-12"""
    with pytest.raises(TypeError, match="A result's key must be text, got"):
        ctx.result(key, 1)
    assert attempt.lines() == []


def test_a_value_without_a_json_form_loses_no_neighbour(attempt, ctx):
    """API-13"""
    ctx.result("k", 1)
    with pytest.raises(TypeError, match=r"value\.x is of type object"):
        ctx.result("k", {"x": object()})
    ctx.result("k", 2)
    assert [line["value"] for line in attempt.lines("result")] == [1, 2]


def progress_of(attempt):
    found = Slot(attempt.directory.progress).read()
    return found.current, found.total, found.message


def test_progress_comes_with_and_without_a_message(attempt, ctx):
    """API-14, API-18: it is no line of the journal."""
    ctx.progress(1, 3, "epoch 1")
    assert progress_of(attempt) == (1, 3, "epoch 1")
    ctx.progress(2, 3)
    assert progress_of(attempt) == (2, 3, None)
    assert attempt.lines() == []


def test_progress_takes_numpy_integers(attempt, ctx):
    """API-16"""
    ctx.progress(np.int64(1), np.uint8(3))
    assert progress_of(attempt) == (1, 3, None)


@pytest.mark.parametrize("current", [0.5, 1.0, "1", None, np.float64(1)])
def test_progress_that_is_no_whole_number_raises(ctx, current):
    """API-16"""
    with pytest.raises(TypeError, match="progress takes whole numbers, got"):
        ctx.progress(current, 3)


def test_a_progress_message_that_is_no_text_raises(ctx):
    with pytest.raises(TypeError, match="progress takes a text as message, got int"):
        ctx.progress(1, 2, 3)


def test_ten_thousand_logs_cost_well_under_a_second(ctx):
    """API-05"""
    taken_s = []
    for _ in range(3):  # the quickest: others may have the processor for a while
        begun = time.perf_counter()
        for number in range(10_000):
            ctx.log("info", "a line of usual length", {"step": number})
        taken_s.append(time.perf_counter() - begun)
    assert min(taken_s) < 0.5


def test_what_is_said_after_the_final_word_is_written_too(attempt, ctx):
    """API-22"""
    ctx.complete()
    ctx.log("info", "later")
    ctx.fail("too late")
    assert [line["t"] for line in attempt.lines()] == ["completed", "log", "failed"]


def test_a_failure_is_told_as_text_whatever_is_given(attempt, ctx):
    ctx.fail(ValueError("bad\ud800"))
    assert [line["error"] for line in attempt.lines("failed")] == ["bad\\ud800"]


def test_a_cancel_is_seen_at_the_next_look(attempt, ctx):
    """API-23"""
    assert not ctx.cancelled()
    ctx.raise_if_cancelled()
    Slot(attempt.directory.progress).cancel()
    assert ctx.cancelled()
    with pytest.raises(Cancelled):
        ctx.raise_if_cancelled()


def test_a_pickled_context_speaks_into_the_same_journal(attempt, ctx):
    """API-27"""
    copy = pickle.loads(pickle.dumps(ctx))
    copy.log("info", "from the copy")
    copy.progress(1, 2)
    ctx.log("info", "from the original")
    assert [m for _, m, _ in said(attempt)] == ["from the copy", "from the original"]
    assert progress_of(attempt) == (1, 2, None)
    assert (copy.run, copy.instance, copy.configuration) == (ctx.run, ctx.instance, ctx.config)
    assert copy.experiment_module == "lab:Trial"


def test_twenty_threads_each_keep_their_order(attempt, ctx):
    """API-27"""

    def work(name):
        for number in range(500):
            ctx.log("info", f"{name}:{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = [message for _, message, _ in said(attempt)]
    assert len(messages) == 10_000
    for name in range(20):
        mine = [message for message in messages if message.startswith(f"{name}:")]
        assert mine == [f"{name}:{number}" for number in range(500)]
