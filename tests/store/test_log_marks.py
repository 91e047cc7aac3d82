"""The n-th line of some levels, in runs that are long and in those that were stored before."""

from __future__ import annotations

from itertools import combinations

import pytest
from store_givens import a_log, chunk, claimed, stored_run

from athanor.domain.output import Level
from athanor.store import marks
from athanor.store.ingest import ingest
from athanor.store.tables import log_marks

LEVELS = ["info"] * 5 + ["debug", "warn", "error", "warn"]


@pytest.fixture
def near_marks(monkeypatch):
    monkeypatch.setattr(marks, "APART", 10)


@pytest.fixture
def said(database, near_marks):
    """A run of 99 lines that were stored by sevens: its id, and the level of each line."""
    run = stored_run(database)
    attempt = claimed(database, run)
    levels = [LEVELS[number * 7 % len(LEVELS)] for number in range(98)] + ["error"]
    for begin in range(0, len(levels), 7):
        lines = [a_log(level=level) for level in levels[begin : begin + 7]]
        attempt = ingest(database, attempt, chunk(*lines, start=begin * 100)).attempt
    return run.id, levels


def test_every_row_of_every_choice_of_levels_is_found(database, said):
    run_id, levels = said
    for number in range(1, 5):
        for some in combinations(Level, number):
            lines = [line for line, level in enumerate(levels, 1) if level in some]
            with database.read() as c:
                found = [marks.line_of(c, run_id, some, row) for row in range(len(lines))]
                beyond = marks.line_of(c, run_id, some, len(lines))
            assert found == lines
            assert beyond is None or number == len(Level)


def test_no_more_is_counted_than_what_follows_the_last_mark(database, said, monkeypatch):
    run_id, _ = said
    skipped = []
    line_of = marks.logs.line_of

    def counting(*args, skip, **options):
        skipped.append(skip)
        return line_of(*args, skip=skip, **options)

    monkeypatch.setattr(marks.logs, "line_of", counting)
    with database.read() as c:
        for row in range(50):
            marks.line_of(c, run_id, [Level.INFO], row)
    assert max(skipped) <= 10 + 7


def test_runs_without_marks_are_counted_from_their_begin(database, said):
    run_id, levels = said
    with database.write() as c:
        c.execute(log_marks.delete())
    with database.read() as c:
        found = marks.line_of(c, run_id, [Level.WARN], 9)
    assert found == [line for line, level in enumerate(levels, 1) if level == "warn"][9]
