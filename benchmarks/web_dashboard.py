"""The dashboard in the browser: 10,000 instances with 100,000 runs, beside one with ten.

A real server, headless Chromium, rows put straight into the database. The longest main-thread task
is what the browser's own observer of long tasks saw; tasks under 50 ms are none.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from athanor import settings
from athanor.store import schema
from athanor.store.database import Database
from benchmarks.browser import chromium
from benchmarks.figure import Figure, percentile, spread
from benchmarks.rest import server
from benchmarks.seeding import Size, seed
from benchmarks.web_painted import acted_s, opened_s

FEW = 10
MANY = int(os.environ.get("BENCH_WEB_INSTANCES", "10000"))
RUNS_OF_ONE = 10
SLOWER = 1.5
LONGEST_MS = 100
FOUND_MS = 500
MOST_ROWS = 60
ROUNDS = 7
ROWS = "document.querySelectorAll('article').length"
WATCH = """
window.tasks = [];
new PerformanceObserver((seen) => {
  for (const task of seen.getEntries()) window.tasks.push(task.duration);
}).observe({ type: "longtask", buffered: true });
"""


def figures() -> Iterator[Figure]:
    """Until rows are shown; rows in the page; the longest task of scrolling and of searching."""
    with _served(FEW) as few, _served(MANY) as many, chromium() as browser:
        yield _shown(browser, few, many)
        page = _page(browser)
        page.goto(f"{many}/experiments")
        page.locator("article").first.wait_for()
        page.get_by_text(f"{MANY:,} instances").wait_for()
        yield from _scrolled(page)
        yield from _searched(page)


def _shown(browser: Any, few: str, many: str) -> Figure:
    taken: dict[str, list[float]] = {few: [], many: []}
    for _ in range(ROUNDS):
        for url, found in taken.items():
            page = _page(browser)
            found.append(opened_s(page, f"{url}/experiments", "article"))
            page.close()
    ratio = percentile(taken[many], 50) / percentile(taken[few], 50)
    return Figure(
        f"{MANY:,} instances: until rows are shown",
        spread(taken[many], "ms", 1000),
        f"{FEW}: {spread(taken[few], 'ms', 1000)}",
        ratio,
        f"at most {SLOWER}x",
        ratio <= SLOWER,
    )


def _scrolled(page: Any) -> Iterator[Figure]:
    """Through the first two thousand, as fast as a wheel goes."""
    page.mouse.move(600, 500)
    most = 0

    def scroll() -> None:
        nonlocal most
        while page.evaluate("scrollY") < 2000 * 40:
            page.mouse.wheel(0, 1200)
            page.wait_for_timeout(16)
            most = max(most, page.evaluate(ROWS))

    yield _longest(f"{MANY:,} instances: scrolled through 2,000", page, scroll)
    yield Figure("rows in the page", str(most), limit=f"at most {MOST_ROWS}", met=most <= MOST_ROWS)
    page.evaluate("scrollTo(0, 0)")


def _searched(page: Any) -> Iterator[Figure]:
    """Every thousandth is a needle."""
    field = page.get_by_label("Search instances")
    found = f"article[aria-setsize='{max(1, MANY // 1000)}']"

    def search() -> None:
        field.fill("")
        field.press_sequentially("needle", delay=40)
        page.locator(found).first.wait_for()

    yield _longest(f"{MANY:,} instances: typing in the search", page, search)
    taken = []
    for _ in range(ROUNDS):
        field.fill("")
        page.locator("article[aria-setsize='-1']").first.wait_for()
        taken.append(acted_s(page, lambda: field.fill("needle"), found))
    high_ms = percentile(taken, 99) * 1000
    yield Figure(
        f"{MANY:,} instances: last letter to rows",
        spread(taken, "ms", 1000),
        limit=f"p99 at most {FOUND_MS} ms",
        met=high_ms <= FOUND_MS,
    )


def _longest(name: str, page: Any, act: Callable[[], None]) -> Figure:
    page.evaluate("window.tasks.length = 0")
    act()
    page.wait_for_timeout(100)
    tasks = page.evaluate("window.tasks")
    longest_ms = max(tasks, default=0)
    return Figure(
        name,
        f"longest task {longest_ms:.0f} ms" if tasks else "no task over 50 ms",
        f"{len(tasks)} over 50 ms",
        None,
        f"no task over {LONGEST_MS} ms",
        longest_ms <= LONGEST_MS,
    )


def _page(browser: Any) -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(WATCH)
    return page


@contextmanager
def _served(instances: int) -> Iterator[str]:
    """A server on a project with so many instances; its address."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "pyproject.toml").touch()
        found = settings.load(project, {})
        bare = Database.as_it_is(found)
        schema.upgrade(bare)
        bare.close()
        database = Database.open(found)
        seed(database, Size(runs=instances * RUNS_OF_ONE, lines=1, results=0))
        database.close()
        with server(project) as address:
            yield address


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
