"""Searching a run's log lines: a bounded stretch at a time, to be gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athanor.domain.output import LogLine

LONGEST_STRETCH = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSearch:
    """What one search found. The lines up to ``searched_to_line`` (inclusive) were looked at.

    A search backward goes on with that line as its ``before_line``, one forward with it as its
    ``after_line``; ``complete`` is true when there is nothing left to look at.
    """

    items: list[LogLine]
    searched_to_line: int
    complete: bool


def stretch_of(whole: range, *, newest: bool) -> range:
    """The lines to look at, of all that are asked for."""
    return whole[-LONGEST_STRETCH:] if newest else whole[:LONGEST_STRETCH]


def search_of(
    found: Sequence[LogLine], stretch: range, whole: range, limit: int, *, newest: bool
) -> LogSearch:
    """What was found in a stretch of the ``whole`` that was asked for."""
    if len(found) == limit:
        reached = found[-1].line
    else:
        reached = stretch.start if newest else stretch.stop - 1
    complete = reached <= whole.start if newest else reached >= whole.stop - 1
    return LogSearch(items=list(found), searched_to_line=reached, complete=complete)
