"""Ingest: every line once, whoever stores it and however often it dies."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from store_givens import (
    NOON,
    NOON_US,
    a_log,
    a_result,
    a_start,
    an_exit,
    ask,
    chunk,
    claimed,
    fetched_run,
    kept,
    minutes,
    set_status,
    stored_run,
)
from test_journal_fold import any_line, pieces

from athanor.domain.output import Level
from athanor.domain.run import LogCounts, Progress, RunStatus
from athanor.domain.verdict import Exit
from athanor.journal import format as said
from athanor.journal.reader import Chunk, JournalReader
from athanor.journal.writer import JournalWriter
from athanor.store import attempts, logs, results, runs, usage
from athanor.store import ingest as ingest_file
from athanor.store.columns import Key
from athanor.store.database import Database
from athanor.store.ingest import ingest, ingest_together

HOSTILE = "quote ' \" \x00 \u202e \U0001f9ea \\ \r\n <script> ] } , \u2028"


def rows(database, attempt):
    """Everything that is stored of a run, but for when."""
    with database.read() as c:
        return (
            ask(
                c,
                "SELECT line, attempt, seq, level, message, metadata, timestamp FROM run_logs "
                "WHERE run_id = :run ORDER BY line",
                run=attempt.run_id,
            ).all(),
            ask(
                c,
                "SELECT attempt, seq, key, size, preview, timestamp, value FROM run_results "
                "WHERE run_id = :run ORDER BY attempt, seq",
                run=attempt.run_id,
            ).all(),
            replace(runs.get(c, attempt.run_id), id="", updated_at=NOON, instance_id=""),
            attempts.get(c, attempt.run_id, attempt.attempt).ending,
        )


def messages(database, run_id):
    with database.read() as c:
        return [entry.message for entry in logs.page(c, run_id, limit=1000)]


def test_a_chunk_becomes_rows_counts_and_an_offset_at_once(database):
    """BUF-07, RUN-03."""
    attempt = claimed(database)
    given_chunk = chunk(
        a_start(), a_log("a"), a_result("k", {"v": 1}), a_log("b", level="error"), skipped=3
    )
    done = ingest(database, attempt, given_chunk)
    run = fetched_run(database, attempt.run_id)
    assert run.status is RunStatus.RUNNING
    assert run.started_at == NOON
    assert run.log_counts == LogCounts(info=1, error=1)
    assert (run.result_count, run.skipped_lines) == (1, 3)
    with database.read() as c:
        assert attempts.get(c, run.id, 1) == done.attempt
        assert [entry.value for entry in results.newest(c, run.id, 10)] == [{"v": 1}]
    assert messages(database, run.id) == ["a", "b"]
    assert done.attempt.journal_offset == given_chunk.end


def test_what_was_brought_is_told(database):
    attempt = claimed(database)
    first = ingest(database, attempt, chunk(a_start(), a_log(), a_log(), a_result()))
    assert (first.moved, first.status_changed, first.progress_changed) == (True, True, False)
    assert (first.first_line, first.last_line, first.logs, first.results) == (1, 2, 2, 1)
    second = ingest(
        database,
        first.attempt,
        chunk(said.Progress(NOON_US, 1, 2), a_log(), start=first.end),
    )
    assert (second.status_changed, second.progress_changed) == (False, True)
    assert (second.start, second.first_line, second.last_line) == (first.end, 3, 3)
    assert second.attempt.status is RunStatus.RUNNING


def test_the_same_chunk_twice_is_stored_once(database):
    attempt = claimed(database)
    same = chunk(a_log("a"), a_result())
    assert ingest(database, attempt, same).moved
    before = rows(database, attempt)
    again = ingest(database, attempt, same)
    assert not again.moved
    assert again.attempt == attempt
    assert rows(database, attempt) == before


def test_a_chunk_that_leaves_a_gap_is_not_stored(database):
    attempt = claimed(database)
    assert not ingest(database, attempt, chunk(a_log(), start=100)).moved
    assert messages(database, attempt.run_id) == []


def test_an_empty_chunk_writes_nothing(database):
    """BUF-05."""
    attempt = claimed(database)
    version = database.data_version()
    assert ingest(database, attempt, chunk()).moved
    assert database.data_version() == version


def test_a_chunk_of_nothing_but_damage_moves_on_and_counts(database):
    """BUF-06."""
    attempt = claimed(database)
    done = ingest(database, attempt, Chunk(0, 50, [], 2))
    assert done.attempt.journal_offset == 50
    assert fetched_run(database, attempt.run_id).skipped_lines == 2


@pytest.mark.parametrize("step", ["bulk_insert", "_update_run", "_move"])
def test_dying_at_any_step_stores_nothing_and_the_next_try_stores_all(database, step, monkeypatch):
    attempt = claimed(database)
    given_chunk = chunk(a_start(), a_log("a"), a_result(), said.Completed(NOON_US))
    before = rows(database, attempt)

    def dies(*_):
        raise KeyboardInterrupt

    place = database.flavour if step == "bulk_insert" else ingest_file
    with monkeypatch.context() as broken:
        broken.setattr(place, step, dies)
        with pytest.raises(KeyboardInterrupt):
            ingest(database, attempt, given_chunk)
    assert rows(database, attempt) == before
    assert ingest(database, attempt, given_chunk).moved
    assert messages(database, attempt.run_id) == ["a"]


def test_two_that_race_store_every_line_once(database, settings):
    attempt = claimed(database)
    chunks = [chunk(a_log(f"{n}"), a_result(f"{n}"), start=n * 200) for n in range(40)]
    other = Database.open(settings)
    moved = []

    def race(through):
        moved.append(sum(ingest(through, attempt, part).moved for part in chunks))

    racers = [threading.Thread(target=race, args=(each,)) for each in (database, other)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    other.close()
    with database.read() as c:
        stored = [entry.line for entry in logs.page(c, attempt.run_id, limit=1000)]
        reached = attempts.get(c, attempt.run_id, 1).journal_offset
    # A racer that is behind finds its chunk stored; one that ran ahead would leave a gap.
    assert stored == list(range(1, reached // 200 + 1))
    assert sum(moved) == len(stored)


def test_a_final_word_shows_the_run_as_finishing_and_still_running(database):
    attempt = ingest(database, claimed(database), chunk(a_start())).attempt
    done = ingest(database, attempt, chunk(said.Completed(NOON_US), start=100))
    run = fetched_run(database, attempt.run_id)
    assert run.finishing
    assert run.status is RunStatus.RUNNING
    assert done.run_changed
    after = ingest(database, done.attempt, chunk(an_exit(), start=200)).attempt
    assert after.ending.exit == Exit(code=0)
    assert fetched_run(database, attempt.run_id).metadata["exit_code"] == 0


def test_what_is_said_after_the_end_is_stored_and_changes_no_status(database):
    attempt = ingest(database, claimed(database), chunk(a_start())).attempt
    with database.write() as c:
        assert runs.finish(c, attempt.run_id, 1, RunStatus.FAILED, "gone", minutes(1))
    late = chunk(a_start(), a_log("late"), said.Completed(NOON_US), start=100)
    done = ingest(database, attempt, late)
    run = fetched_run(database, attempt.run_id)
    assert messages(database, attempt.run_id) == ["late"]
    assert (run.status, run.error, run.finishing) == (RunStatus.FAILED, "gone", False)
    assert done.attempt.status is RunStatus.FAILED


def test_a_cancelled_run_does_not_start(database):
    attempt = claimed(database)
    set_status(database, fetched_run(database, attempt.run_id), "cancelled")
    ingest(database, attempt, chunk(a_start()))
    run = fetched_run(database, attempt.run_id)
    assert (run.status, run.started_at) == (RunStatus.CANCELLED, None)


def test_an_older_attempt_adds_lines_but_speaks_for_the_run_no_more(database):
    attempt = claimed(database)
    with database.write() as c:
        c.exec_driver_sql("UPDATE experiment_runs SET attempt = 2, machine_id = ''")
    ingest(database, attempt, chunk(a_start(), said.Progress(NOON_US, 1, 2), a_log("old")))
    run = fetched_run(database, attempt.run_id)
    assert (run.status, run.progress, run.metadata) == (RunStatus.PENDING, None, {})
    assert run.log_counts.total == 1


def test_lines_of_a_second_attempt_are_numbered_on(database):
    first = claimed(database)
    ingest(database, first, chunk(a_log("a"), a_log("b")))
    with database.write() as c:
        c.exec_driver_sql("UPDATE experiment_runs SET attempt = 2, machine_id = ''")
        assert attempts.claim(c, replace(first, attempt=2))
    ingest(database, replace(first, attempt=2), chunk(a_log("c"), a_result()))
    assert messages(database, first.run_id) == ["a", "b", "c"]
    with database.read() as c:
        assert logs.line_at_or_after(c, first.run_id, 2, 0) == 3
        assert [entry.attempt for entry in results.newest(c, first.run_id, 5)] == [2]


def test_the_last_progress_and_the_used_configuration_stay_with_the_run(database):
    """RUN-14, RUN-08."""
    attempt = claimed(database)
    used = said.Configured(NOON_US, said.raw({"iterations": 3}))
    done = ingest(database, attempt, chunk(a_start(), used, said.Progress(NOON_US, 1, 3, "m")))
    ingest(database, done.attempt, chunk(said.Failed(NOON_US, "e"), start=300))
    run = fetched_run(database, attempt.run_id)
    assert run.progress == Progress(current=1, total=3, message="m", updated_at=NOON)
    assert run.configuration == {"iterations": 3}


@pytest.mark.parametrize("text", [HOSTILE, HOSTILE * 1000, "k" * 100_000, ""])
def test_any_text_comes_back_equal_as_message_key_and_value(database, text):
    attempt = claimed(database)
    ingest(
        database,
        attempt,
        chunk(a_log(text, metadata={text: text}), a_result(text, {text: [text]})),
    )
    with database.read() as c:
        [entry] = logs.page(c, attempt.run_id, limit=5)
        [result] = results.by_key(c, attempt.run_id, text)
    assert (entry.message, entry.metadata) == (kept(database, text), {text: text})
    assert (result.key, result.value) == (kept(database, text, Key), {text: [text]})


@pytest.mark.parametrize("value", [2**70, -(2**63), 1e308, "NaN", [], {}, None, False])
def test_any_value_comes_back_equal(database, value):
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_result("k", value)))
    with database.read() as c:
        [result] = results.newest(c, attempt.run_id, 5)
    assert result.value == value
    assert type(result.value) is type(value)


def test_a_number_beyond_any_float_comes_back_as_infinity(database):
    attempt = claimed(database)
    huge = said.decode(b'{"t":"result","ts":1,"key":"k","value":[1e999,-1e999,1.5]}')
    ingest(database, attempt, chunk(huge))
    with database.read() as c:
        [result] = results.newest(c, attempt.run_id, 5)
    assert result.value == ["Infinity", "-Infinity", 1.5]


def test_a_journal_on_disk_is_stored_whole_around_its_damage(database, tmp_path):
    """BUF-06, BUF-02."""
    attempt = claimed(database)
    writer = JournalWriter(tmp_path / "journal")
    writer.write_many(a_log(f"line {n}") for n in range(2500))
    writer.append(b'\n{"t":"log", torn\n')
    writer.write(a_log("after"))
    writer.close()
    with JournalReader(tmp_path / "journal") as reader:
        while not (part := reader.read(attempt.journal_offset, 50_000)).empty:
            attempt = ingest(database, attempt, part).attempt
        assert attempt.journal_offset == reader.size()
    run = fetched_run(database, attempt.run_id)
    assert (run.log_counts.total, run.skipped_lines) == (2501, 1)
    with database.read() as c:
        tail = logs.tail(c, attempt.run_id, 2)
    assert [(entry.line, entry.message) for entry in tail] == [
        (2500, "line 2499"),
        (2501, "after"),
    ]
    assert tail[0].level is Level.INFO


@given(lines=st.lists(any_line, min_size=1, max_size=15), cuts=st.sets(st.integers(1, 15)))
@hypothesis_settings(max_examples=60)
def test_any_lines_cut_anywhere_are_stored_as_in_one_piece(database, lines, cuts):
    whole, parts = claimed(database, stored_run(database)), claimed(database, stored_run(database))
    ingest(database, whole, chunk(*lines))
    reached = parts
    for first, piece in pieces(lines, cuts):
        done = ingest(database, reached, chunk(*piece, start=first * 100))
        assert done.moved
        reached = done.attempt
    assert rows(database, parts) == rows(database, whole)


def test_a_sample_said_twice_is_stored_once_and_stops_nothing(database):
    sample = said.Usage(NOON_US, 1, 1.0, 1.0, 1, 1, 1)
    first = ingest(database, claimed(database), chunk(sample, sample))
    assert ingest(database, first.attempt, chunk(sample, a_log(), start=first.end)).moved
    with database.read() as c:
        assert len(usage.series(c, first.run_id)) == 1


# --- several at once ---


def test_several_are_stored_at_once_each_by_its_own_offset(database):
    """BUF-07."""
    first, second, behind = (claimed(database, stored_run(database)) for _ in range(3))
    ingest(database, behind, chunk(a_log("known")))
    heard = [
        (second, chunk(a_log("b"), a_log("c"))),
        (behind, chunk(a_log("known"))),
        (first, chunk(a_start(), a_log("a"))),
    ]
    done = ingest_together(database, heard)
    assert [(each.run_id, each.moved) for each in done] == [
        (second.run_id, True),
        (behind.run_id, False),
        (first.run_id, True),
    ]
    assert messages(database, first.run_id) == ["a"]
    assert messages(database, second.run_id) == ["b", "c"]
    assert messages(database, behind.run_id) == ["known"]
    assert [each.moved for each in ingest_together(database, heard)] == [False] * 3


def test_dying_amid_several_stores_none_of_them(database, monkeypatch):
    both = [claimed(database, stored_run(database)) for _ in range(2)]
    heard = [(attempt, chunk(a_start(), a_log("a"))) for attempt in both]
    move, moved = ingest_file._move, []

    def dies_at_the_second(c, attempt, *rest):
        moved.append(attempt.run_id)
        if len(moved) == 2:
            raise KeyboardInterrupt
        move(c, attempt, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(ingest_file, "_move", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            ingest_together(database, heard)
    assert len(moved) == 2
    assert [messages(database, each.run_id) for each in both] == [[], []]
    assert all(done.moved for done in ingest_together(database, heard))
    assert [messages(database, each.run_id) for each in both] == [["a"], ["a"]]


def test_two_that_race_with_several_store_every_line_once(database, settings):
    attempts_of = [claimed(database, stored_run(database)) for _ in range(5)]
    rounds = [
        [(attempt, chunk(a_log(f"{n}"), start=n * 100)) for attempt in attempts_of]
        for n in range(20)
    ]
    other = Database.open(settings)
    moved = []

    def race(through, order):
        moved.append(
            sum(done.moved for heard in rounds for done in ingest_together(through, heard[::order]))
        )

    racers = [threading.Thread(target=race, args=each) for each in ((database, 1), (other, -1))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    other.close()
    stored = [messages(database, attempt.run_id) for attempt in attempts_of]
    assert all(said == [f"{n}" for n in range(len(said))] for said in stored)
    assert sum(moved) == sum(map(len, stored))
