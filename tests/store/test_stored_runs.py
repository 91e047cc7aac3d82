"""Runs and attempts: queued, claimed, cancelled, ended, listed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy.exc
from store_givens import (
    HOME,
    NOON,
    a_log,
    a_run,
    a_start,
    an_attempt,
    chunk,
    claimed,
    fetched_run,
    kept,
    minutes,
    set_status,
    stored_instance,
    stored_run,
)

from athanor.domain.identifier import new_id
from athanor.domain.run import LogCounts, Progress, RunStatus
from athanor.domain.verdict import Ending
from athanor.errors import RunAlreadyStarted, RunNotFound, RunNotRunning
from athanor.store import attempts, runs, waiting
from athanor.store.ingest import ingest


def in_line(database, limit=10):
    with database.read() as c:
        return [run.id for run, _ in waiting.startable(c, home=HOME, limit=limit)]


def place(database, run):
    with database.read() as c:
        return waiting.pending_before(c, run.id)


def cancel(database, run, force=False, at=NOON):
    with database.write() as c:
        return runs.request_cancel(c, run.id, force=force, at=at)


def finish(database, run, status, attempt=1, error=None):
    with database.write() as c:
        return runs.finish(c, run.id, attempt, status, error, minutes(9))


# --- storing ---


def test_what_is_stored_comes_back_equal(database):
    """RUN-02, RUN-07."""
    run = stored_run(
        database,
        status=RunStatus.FAILED,
        started_at=minutes(1),
        completed_at=minutes(2),
        error="x" * 100_000 + "\x00",
        metadata={"host": "h"},
        progress=Progress(current=1, total=2, message="m", updated_at=minutes(1)),
        log_counts=LogCounts(debug=1, info=2, warn=3, error=4),
        result_count=5,
        skipped_lines=6,
        cancel_requested_at=minutes(1),
        force_requested_at=minutes(2),
        finishing=True,
    )
    assert fetched_run(database, run.id) == replace(run, error=kept(database, run.error))


def test_a_status_beside_the_five_is_refused(database):
    """RUN-01."""
    run = stored_run(database)
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        set_status(database, run, "paused")


# --- lists ---


def test_a_run_is_found_by_its_id_or_a_part_of_it(database):
    run, other = stored_run(database), stored_run(database)
    with database.read() as c:
        assert runs.find(c, run.id) == [run]
        assert runs.find(c, run.id[-8:]) == [run]
        assert runs.find(c, run.id[:6]) == [other, run]
        assert runs.find(c, "%%%%") == []


# --- the queue ---


def test_the_queue_is_in_the_order_in_which_starts_were_asked_for(database):
    late = stored_run(database, queued_at=minutes(2))
    early = stored_run(database, queued_at=minutes(1))
    prepared = stored_run(database, queued_at=None)
    assert in_line(database) == [early.id, late.id]
    assert in_line(database, limit=1) == [early.id]
    assert [place(database, run) for run in (early, late, prepared)] == [1, 2, 0]


def test_a_prepared_run_waits_from_when_its_start_is_asked_for_and_only_once(database):
    """RUN-10."""
    first = stored_run(database, queued_at=minutes(1))
    prepared = stored_run(database, queued_at=None)
    with database.write() as c:
        assert waiting.enqueue(c, prepared.id, minutes(2)).queued_at == minutes(2)
    assert in_line(database) == [first.id, prepared.id]
    with pytest.raises(RunAlreadyStarted, match="pending"), database.write() as c:
        waiting.enqueue(c, prepared.id, minutes(3))
    with pytest.raises(RunNotFound), database.write() as c:
        waiting.enqueue(c, new_id(), minutes(3))


def test_runs_of_another_data_directory_are_not_startable(database):
    run = a_run(stored_instance(database))
    with database.write() as c:
        runs.insert(c, run, project="/other", home="/other/.athanor")
    assert in_line(database) == []


def test_a_claimed_run_waits_no_more_and_counts_as_live(database):
    run, other = stored_run(database), stored_run(database)
    claimed(database, run)
    assert in_line(database) == [other.id]
    assert (place(database, run), place(database, other)) == (0, 1)
    with database.read() as c:
        assert waiting.live_count(c, HOME) == 1


def test_only_one_claim_succeeds(database):
    run = stored_run(database)
    claimed(database, run)
    with database.write() as c:
        assert not attempts.claim(c, an_attempt(run))


def test_a_run_that_is_over_or_to_be_cancelled_or_at_another_attempt_is_not_claimed(database):
    over = stored_run(database, status=RunStatus.FAILED)
    cancelled = stored_run(database, cancel_requested_at=NOON)
    newer = stored_run(database, attempt=2)
    with database.write() as c:
        assert not any(attempts.claim(c, an_attempt(run)) for run in (over, cancelled, newer))


def test_a_claim_comes_back_as_it_was_given_with_what_its_run_says(database):
    attempt = claimed(database)
    with database.write() as c:
        attempts.set_handle(c, attempt.run_id, 1, {"pid": 7})
    cancel(database, fetched_run(database, attempt.run_id))
    with database.read() as c:
        [found] = attempts.open_attempts(c, home=HOME)
        assert attempts.open_attempts(c, home="/other") == []
    assert found == replace(attempt, handle={"pid": 7}, cancel_requested_at=NOON)


def test_a_released_run_waits_again_at_its_old_place(database):
    run, other = stored_run(database), stored_run(database)
    attempt = claimed(database, run)
    with database.write() as c:
        assert attempts.release(c, attempt.run_id, 1)
    assert in_line(database) == [run.id, other.id]


def test_a_claim_whose_journal_was_read_is_not_released(database):
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_log()))
    with database.write() as c:
        assert not attempts.release(c, attempt.run_id, 1)
    assert in_line(database) == []


def test_a_released_run_that_was_to_be_cancelled_is_cancelled(database):
    attempt = claimed(database)
    run = fetched_run(database, attempt.run_id)
    cancel(database, run)
    with database.write() as c:
        assert attempts.release(c, run.id, 1)
    after = fetched_run(database, run.id)
    assert after.status is RunStatus.CANCELLED
    assert after.completed_at is not None


# --- cancelling and ending ---


def test_cancelling_a_run_that_nobody_has_claimed_ends_it_at_once(database):
    """RUN-04."""
    run = cancel(database, stored_run(database))
    assert (run.status, run.completed_at) == (RunStatus.CANCELLED, NOON)


def test_cancelling_a_claimed_run_is_noted_and_the_first_time_is_kept(database):
    attempt = claimed(database)
    run = fetched_run(database, attempt.run_id)
    assert cancel(database, run, at=minutes(1)).status is RunStatus.PENDING
    again = cancel(database, run, at=minutes(2), force=True)
    assert again.cancel_requested_at == minutes(1)
    assert again.force_requested_at == minutes(2)
    assert cancel(database, run, at=minutes(3), force=True).force_requested_at == minutes(2)


def test_cancelling_a_working_run_leaves_it_running(database):
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_start()))
    run = cancel(database, fetched_run(database, attempt.run_id))
    assert run.status is RunStatus.RUNNING
    assert run.cancelling


@pytest.mark.parametrize("status", [status for status in RunStatus if status.final])
def test_cancelling_what_is_over_is_refused_with_its_status(database, status):
    run = stored_run(database, status=status)
    with pytest.raises(RunNotRunning, match=rf"current status: {status}\)"):
        cancel(database, run)


def test_cancelling_what_is_not_there_is_refused(database):
    with pytest.raises(RunNotFound), database.write() as c:
        runs.request_cancel(c, new_id(), force=False, at=NOON)


def test_of_a_cancel_and_a_claim_the_first_wins(database):
    run = stored_run(database)
    cancel(database, run)
    with database.write() as c:
        assert not attempts.claim(c, an_attempt(run))


@pytest.mark.parametrize("status", [status for status in RunStatus if status.final])
def test_a_running_run_ends_once(database, status):
    """RUN-04, RUN-05."""
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_start()))
    run = fetched_run(database, attempt.run_id)
    assert finish(database, run, status, error="text")
    ended = fetched_run(database, run.id)
    assert (ended.status, ended.error, ended.completed_at) == (status, "text", minutes(9))
    assert not ended.finishing
    for other in RunStatus:
        assert not finish(database, run, other)
    assert fetched_run(database, run.id) == ended


def test_a_pending_run_cannot_be_completed(database):
    run = stored_run(database)
    assert not finish(database, run, RunStatus.COMPLETED)
    assert finish(database, run, RunStatus.FAILED)


def test_an_older_attempt_cannot_end_the_run(database):
    run = stored_run(database, attempt=2, status=RunStatus.RUNNING)
    assert not finish(database, run, RunStatus.FAILED, attempt=1)
    assert finish(database, run, RunStatus.FAILED, attempt=2)


def test_attempts_of_runs_that_are_over_are_not_open(database):
    attempt = claimed(database)
    finish(database, fetched_run(database, attempt.run_id), RunStatus.FAILED)
    with database.read() as c:
        assert attempts.open_attempts(c, home=HOME) == []
        stored = attempts.get(c, attempt.run_id, 1)
    assert stored.ending == Ending()
    assert stored.status is RunStatus.FAILED
