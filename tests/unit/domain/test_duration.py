"""Amounts of time, read."""

from __future__ import annotations

import pytest

from athanor.domain import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("0.5", 0.5),
        ("90s", 90),
        ("15m", 900),
        ("15 min", 900),
        ("2h30m", 9000),
        ("2h 30m", 9000),
        (" 1.5H ", 5400),
        ("1d", 86_400),
    ],
)
def test_an_amount_is_read_with_its_units(text, seconds):
    assert duration.parse(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "h", "2h30", "2 weeks", "1h, 2m", "-1h", "1m!", "5\u017f", "5m\u0131n"]
)
def test_what_is_no_amount_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="like 90, 15m or 2h30m"):
        duration.parse(text)
