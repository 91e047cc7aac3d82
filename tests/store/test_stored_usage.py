"""Samples of what a run uses: the newest on its row, a bounded series beside it."""

from __future__ import annotations

from store_givens import NOON_US, a_start, chunk, claimed, fetched_run, moved, stored_run

from athanor.domain.usage import GpuUsage
from athanor.journal import format as said
from athanor.store import usage
from athanor.store.ingest import ingest

GPU = GpuUsage(device="GPU-1", utilization_percent=80.0, memory_bytes=5)


def a_sample(number, gpus=()):
    return said.Usage(NOON_US + number, number, 12.5, 1.5, number, 2 * number, 3, gpus)


def ingested(database, attempt, *lines, start=0):
    new = chunk(*lines, start=start)
    assert ingest(database, attempt, new).moved
    return moved(attempt, new), new.end


def numbers(database, run):
    with database.read() as c:
        return [sample.memory_bytes for sample in usage.series(c, run.id)]


def test_the_newest_sample_is_on_the_run_and_all_in_the_series(database):
    run = stored_run(database)
    ingested(database, claimed(database, run), a_start(), a_sample(1), a_sample(2, (GPU,)))

    newest = fetched_run(database, run.id).usage
    assert (newest.memory_bytes, newest.peak_memory_bytes, newest.gpus) == (2, 4, (GPU,))
    with database.read() as c:
        first, second = usage.series(c, run.id)
    assert second == newest
    assert (first.cpu_percent, first.cpu_s, first.processes, first.gpus) == (12.5, 1.5, 3, ())


def test_the_series_stays_bounded_however_long_a_run_is_and_however_it_is_cut(database):
    for size in (9, 700, 5000):
        run = stored_run(database)
        attempt, end = claimed(database, run), 0
        for begin in range(1, 4501 if size > 9 else 1100, size):
            batch = [a_sample(number) for number in range(begin, begin + size)]
            attempt, end = ingested(database, attempt, *batch, start=end)
        last = begin + size - 1
        step = usage.stride(last)
        assert numbers(database, run) == list(range(step, last + 1, step))
        assert len(numbers(database, run)) <= usage.KEPT
        assert fetched_run(database, run.id).usage.memory_bytes == last


def test_how_many_are_kept_halves_when_there_are_too_many():
    assert [usage.stride(n) for n in (0, 1, 1000, 1001, 2000, 2001, 45_000)] == [
        *(1, 1, 1, 2, 2, 4),
        64,
    ]
