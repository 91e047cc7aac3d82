"""Times, sizes and texts in words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from athanor.cli.render import words

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def impossible_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A time zone that is further from UTC than a day."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "UTC+99")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("impossible_zone")
def test_times_are_those_of_utc_where_the_time_zone_is_none() -> None:
    assert words.stamp(NOON) == "2026-06-15 12:00:00 UTC"
    assert words.time_of_day(NOON) == "12:00:00.000"
    assert words.ago(NOON - timedelta(days=9), NOON) == "Jun 6"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0ms"),
        (0.9994, "999ms"),
        (0.9996, "1.0s"),
        (1.23, "1.2s"),
        (59.94, "59.9s"),
        (59.96, "1m 0s"),
        (185, "3m 5s"),
        (3599.6, "1h 0m"),
        (7440, "2h 4m"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=10), "Jun 5"),
        (timedelta(days=400), "May 11, 2025"),
    ],
)
def test_how_long_ago(ago: timedelta, said: str) -> None:
    assert words.ago(NOON - ago, NOON) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (5_600_000, "5.6 MB"), (10**13, "10000.0 GB")],
)
def test_sizes(count: int, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(("seconds", "said"), [(7.9, "0:07"), (750, "12:30"), (3723, "1:02:03")])
def test_a_running_clock(seconds: float, said: str) -> None:
    assert words.clock(seconds) == said


@pytest.mark.parametrize(("per_second", "said"), [(1234.56, "1,234.6/s"), (0.05, "3.0/min")])
def test_rates(per_second: float, said: str) -> None:
    assert words.rate(per_second) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\b", "ab"),
        ("\x1b(B\x1bc", "\\x1b(B\\x1bc"),
        ("bell\x07", "bell\\x07"),
        ("one\r\ntwo", "one\ntwo"),
        ("back\rover", "back\\rover"),
        ("\x9b31mred", "\\x9b31mred"),
        ("right\u202eleft", "right\\u202eleft"),
        ("a\tb", "a   b"),
    ],
)
def test_nothing_that_steers_a_terminal_is_left(text: str, shown: str) -> None:
    assert words.clean(text) == shown


def test_one_line_is_cut_to_its_width() -> None:
    assert words.one_line("a\n b  c", 10) == "a b c"
    assert words.one_line("abcdefgh", 5) == "abcd…"
    assert words.one_line("abcde", 5) == "abcde"


def test_pairs_quote_what_would_be_misread() -> None:
    shown = words.pairs(
        {"n": 1, "s": "word", "t": "two words", "e": "", "d": {"x": [1]}, "b": True}
    )
    assert shown == 'n=1 s=word t="two words" e="" d={"x": [1]} b=true'


def test_figures_have_six_digits() -> None:
    shown = [words.figure(value) for value in (0.123456789, 1e-9, 3, True, None)]
    assert shown == ["0.123457", "1e-09", "3", "true", "null"]
