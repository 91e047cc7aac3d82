"""Results in the browser: a value of 100,000 nodes, and 10,000 results beside ten.

A real server, headless Chromium. Tasks of the main thread are what the browser traced from the
click to the picture, on the wall; what of it the processor took stands beside.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.browser import chromium
from benchmarks.figure import Figure, percentile, spread
from benchmarks.serving import Ask, asking, project_of, served
from benchmarks.web_painted import opened_s
from benchmarks.web_tasks import watched

LONGEST_MS = 200
SLOWER = 1.5
ROUNDS = 7
EXPERIMENT = """
import athanor
from pydantic import BaseModel


class Config(BaseModel):
    count: int = 10
    nodes: int = 0


@athanor.experiment(description="Leaves results")
def leaving(ctx: athanor.RunContext, config: Config) -> None:
    for number in range(config.count):
        ctx.result(f"sample_{number}", {"loss": 1 / (number + 1)})
    if config.nodes:
        rows = [{f"k{n}": n / 7 for n in range(99)} for _ in range(config.nodes // 100)]
        ctx.result("large", {"rows": rows, "flat": list(range(config.nodes))})
"""
# Two frames and a turn: what was asked for is on screen, and the observer has been told.
PAINTED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => setTimeout(done, 60))))"""


def figures() -> Iterator[Figure]:
    """The longest task of opening, expanding and searching; lists of 10,000 and of ten."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, ask):
        few, many = run_of(ask, count=10), run_of(ask, count=10_000)
        large = run_of(ask, count=0, nodes=100_000)
        with chromium() as browser:
            yield from _longest_tasks(browser, f"{address}/runs/{large}?tab=results")
            yield _lists(browser, f"{address}/runs/{few}", f"{address}/runs/{many}")
            yield from _table(browser, f"{address}/runs/{many}?tab=results&view=table")


def _longest_tasks(browser: Any, url: str) -> Iterator[Figure]:
    page = _page(browser)
    page.goto(url)
    value = page.get_by_role("region", name="Value")
    find = page.get_by_label("Find in the value")
    steps: dict[str, Callable[[], Any]] = {
        "opened": lambda: (
            page.get_by_role("button", name=re.compile("^large")).click(),
            value.get_by_text("flat").wait_for(),
        ),
        "expanded in part": lambda: (
            value.get_by_role("button", name="Open flat").click(),
            value.get_by_text("5: 5", exact=True).wait_for(),
        ),
        "searched, 100,000 fetched": lambda: (
            find.fill("99999"),
            value.get_by_text(re.compile(r"1 of \d")).wait_for(),
        ),
        "searched again": lambda: (
            find.fill("k42"),
            value.get_by_text(re.compile(r"1 of 1,000")).wait_for(),
        ),
        "100,000 rows closed": lambda: (
            value.get_by_role("button", name="Collapse all").click(),
            value.get_by_text("Array(100000)").wait_for(),
        ),
        "100,000 rows opened": lambda: (
            value.get_by_role("button", name="Open flat").click(),
            value.get_by_text("5: 5", exact=True).wait_for(),
        ),
    }
    for name, act in steps.items():
        yield _task(f"200,000 nodes {name}", browser, page, act)
    page.close()


def _table(browser: Any, url: str) -> Iterator[Figure]:
    page = _page(browser)
    yield _task(
        "Table of 10,000 results",
        browser,
        page,
        lambda: (page.goto(url), page.get_by_text("10,000 rows").wait_for()),
    )
    yield _task("Sorted", browser, page, lambda: page.get_by_role("button", name="loss").click())
    page.close()


def _task(name: str, browser: Any, page: Any, act: Callable[[], Any]) -> Figure:
    with watched(browser, page) as tasks:
        act()
        page.evaluate(PAINTED)
    longest_ms = max(tasks.wall_ms)
    return Figure(
        name,
        f"longest task {longest_ms:.0f} ms",
        f"{tasks.longest_ms:.0f} ms of the processor",
        None,
        f"no task over {LONGEST_MS} ms",
        longest_ms <= LONGEST_MS,
    )


def _lists(browser: Any, few: str, many: str) -> Figure:
    taken: dict[str, list[float]] = {few: [], many: []}
    for _ in range(ROUNDS):
        for url, found in taken.items():
            page = _page(browser)
            found.append(opened_s(page, f"{url}?tab=results", "[data-testid=results] button"))
            page.close()
    ratio = percentile(taken[many], 50) / percentile(taken[few], 50)
    return Figure(
        "10,000 results listed",
        spread(taken[many], "ms", 1000),
        f"ten {spread(taken[few], 'ms', 1000)}",
        ratio,
        f"at most {SLOWER}x",
        ratio <= SLOWER,
    )


def _page(browser: Any) -> Any:
    return browser.new_page(viewport={"width": 1280, "height": 800})


def run_of(ask: Ask, **configuration: int) -> str:
    """A run that has ended; its id."""
    body = {"experiment_module": "leaving", "name": "x", "configuration": configuration}
    run = ask(f"/instances/{ask('/instances', body)['id']}/runs", {})
    while ask(f"/runs/{run['id']}")["completed_at"] is None:
        time.sleep(0.05)
    return str(run["id"])


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Ask]]:
    """A server with an experiment that leaves results: its address, and how it is asked."""
    with served(project_of(folder, "leaving", EXPERIMENT)) as found:
        yield found.url, asking(found.url)
