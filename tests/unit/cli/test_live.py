"""The moving line of a run on a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from athanor.cli.render.live import Pace, StatusLine
from athanor.domain.moment import now
from athanor.domain.run import Progress, Run, RunStatus


def a_run(status: RunStatus = RunStatus.RUNNING, **facts: Any) -> Run:
    moment = now() - timedelta(seconds=65)
    return Run(
        id="01a1fa26-1bf5-7942-b537-f4a469e720ae",
        instance_id="01a1fa26-1be0-79ee-90ba-ed6b8a1c741f",
        status=status,
        configuration={},
        inserted_at=moment,
        updated_at=moment,
        queued_at=moment,
        **facts,
    )


def drawn(run: Run, *progress: Progress, width: int = 100, place: int = 0) -> str:
    line = StatusLine(lambda _: place)
    line.run = run
    for step in progress:
        line.pace.note(step)
    console = Console(width=width, force_terminal=False, markup=False)
    with console.capture() as captured:
        console.print(line)
    return captured.get()


def test_without_progress_there_is_a_spinner_and_a_clock() -> None:
    assert "running  1:05" in drawn(a_run())


def test_progress_shows_bar_count_percent_and_message() -> None:
    text = drawn(a_run(), Progress(current=5, total=20, message="half\nof it"))
    assert "5/20  25%" in text
    assert "━" in text
    assert "  half of it" in text.splitlines()[1]


def test_an_unknown_total_shows_the_count_only() -> None:
    text = drawn(a_run(), Progress(current=1234, total=0))
    assert "1,234" in text
    assert "%" not in text


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (a_run(RunStatus.PENDING), "waiting, place 3 in the queue"),
        (a_run(cancel_requested_at=now()), "cancelling…"),
        (a_run(finishing=True), "finishing…"),
    ],
)
def test_the_state_is_said_in_words(run: Run, said: str) -> None:
    assert said in drawn(run, place=3)


@pytest.mark.parametrize("width", [20, 40, 71, 80, 200])
def test_the_line_fits_any_width(width: int) -> None:
    text = drawn(a_run(), Progress(current=123456, total=999999, message="m" * 300), width=width)
    assert all(len(line) <= width for line in text.splitlines())
    assert len(text.splitlines()) == 2


def test_the_pace_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 12.0, 14.0])
    monkeypatch.setattr("athanor.cli.render.live.time.monotonic", lambda: next(clock))
    pace = Pace()
    for current in (0, 10, 20):
        pace.note(Progress(current=current, total=100))
    assert pace.per_second == 5
    assert pace.left_s == 16


def test_the_pace_forgets_what_is_long_past(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 100.0, 101.0, 102.0])
    monkeypatch.setattr("athanor.cli.render.live.time.monotonic", lambda: next(clock))
    pace = Pace()
    for current in (0, 10, 20, 30):
        pace.note(Progress(current=current, total=100))
    assert pace.per_second == 10


def test_the_pace_begins_again_when_progress_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr("athanor.cli.render.live.time.monotonic", lambda: next(clock))
    pace = Pace()
    pace.note(Progress(current=50, total=100))
    pace.note(Progress(current=1, total=100))
    assert pace.per_second is None
    assert pace.left_s is None
    pace.note(Progress(current=61, total=100))
    assert pace.per_second == 60


def test_a_narrow_line_leaves_out_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0] * 2)
    monkeypatch.setattr("athanor.cli.render.live.time.monotonic", lambda: next(clock, 2.0))
    steps = [Progress(current=n, total=100) for n in (10, 20)]
    wide = drawn(a_run(), *steps, width=100)
    narrow = drawn(a_run(), *steps, width=60)
    assert "10.0/s" in wide
    assert "0:08 left" in wide
    assert "/s" not in narrow
    assert "left" not in narrow
    assert "20/100  20%  1:05" in narrow


def test_a_run_that_is_being_cancelled_has_no_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0] * 2)
    monkeypatch.setattr("athanor.cli.render.live.time.monotonic", lambda: next(clock, 2.0))
    steps = [Progress(current=n, total=100) for n in (10, 20)]
    assert "left" in drawn(a_run(), *steps)
    assert "left" not in drawn(a_run(cancel_requested_at=now()), *steps)
