"""The first sight of the dashboard and of a run: when it is painted, what blocks, what moves.

What Lighthouse scores, measured in a browser that has never been here. Blocked time is by the
processor's clock (``web_tasks``), so that a busy machine tells the same.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.browser import chromium
from benchmarks.figure import Figure
from benchmarks.web_results import run_of, serving
from benchmarks.web_tasks import Tasks, watched

ROUNDS = 5
INSTANCES = 40
# Lighthouse gives a desktop page full marks for less than this.
BLOCKED_MS, SHIFT = 150, 0.1
OBSERVE = """
window.seen = { lcp: 0, shift: 0 };
const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({ type, buffered: true });
observe("largest-contentful-paint", (entry) => { window.seen.lcp = entry.startTime; });
observe("layout-shift", (entry) => { window.seen.shift += entry.value; });
"""


def figures() -> Iterator[Figure]:
    """Blocked time and shifts of both pages, with the largest paint beside them."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, ask):
        run = run_of(ask, count=300)
        for _ in range(INSTANCES):
            ask("/instances", {"experiment_module": "leaving", "name": "A baseline"})
        with chromium() as browser:
            for name, path in {"Dashboard": "/experiments", "Run": f"/runs/{run}"}.items():
                yield from _of(name, [_opened(browser, address + path) for _ in range(ROUNDS)])


def _of(name: str, found: list[tuple[Tasks, dict[str, float]]]) -> Iterator[Figure]:
    blocked_ms = statistics.median(tasks.blocked_ms for tasks, _ in found)
    lcp_ms = statistics.median(seen["lcp"] for _, seen in found)
    shift = max(seen["shift"] for _, seen in found)
    yield Figure(
        f"{name}: blocked at first sight",
        f"{blocked_ms:.0f} ms of the processor",
        f"largest paint after {lcp_ms:.0f} ms on the wall",
        None,
        f"at most {BLOCKED_MS} ms",
        blocked_ms <= BLOCKED_MS,
    )
    yield Figure(f"{name}: shift", f"{shift:.3f}", "", None, f"at most {SHIFT}", shift <= SHIFT)


def _opened(browser: Any, url: str) -> tuple[Tasks, dict[str, float]]:
    """One opening in a context of its own, with nothing in its cache."""
    context = browser.new_context(viewport={"width": 1350, "height": 940})
    page = context.new_page()
    page.add_init_script(OBSERVE)
    with watched(browser, page) as tasks:
        page.goto(url)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
    seen = page.evaluate("window.seen")
    context.close()
    return tasks, seen
