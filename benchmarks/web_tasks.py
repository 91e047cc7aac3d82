"""Tasks of a page's main thread, by the processor's own clock.

On a busy machine a task of 80 ms takes 500 on the wall; what a page can do about is the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CATEGORIES = ["-*", "toplevel", "disabled-by-default-devtools.timeline", "__metadata"]
LONG_MS = 50


@dataclass
class Tasks:
    """Milliseconds of each task: on the processor, and on the wall."""

    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)

    @property
    def longest_ms(self) -> float:
        return max(self.cpu_ms, default=0)

    @property
    def blocked_ms(self) -> float:
        """What each task takes beyond 50 ms, summed: Lighthouse's total blocking time."""
        return sum(max(0, one - LONG_MS) for one in self.cpu_ms)


@contextmanager
def watched(browser: Any, page: Any) -> Iterator[Tasks]:
    """What the page does inside the block."""
    found = Tasks()
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        yield found
    finally:
        _fill(found, json.loads(browser.stop_tracing())["traceEvents"])


def _fill(found: Tasks, events: list[dict[str, Any]]) -> None:
    pages = {_thread(one) for one in events if _names_main_thread(one)}
    tasks = [one for one in events if one["name"] == "RunTask" and _thread(one) in pages]
    found.cpu_ms += [one.get("tdur", 0) / 1000 for one in tasks]
    found.wall_ms += [one.get("dur", 0) / 1000 for one in tasks]


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _names_main_thread(event: dict[str, Any]) -> bool:
    return event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
