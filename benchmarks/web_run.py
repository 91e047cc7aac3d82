"""The page of a run in a real browser: a log of a million lines, and one that grows.

``python -m benchmarks.web_run``, after ``make web``; needs Chromium and about a minute.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, percentile, spread

LINES = int(os.environ.get("BENCH_WEB_LINES", "1000000"))
STREAMED = int(os.environ.get("BENCH_WEB_STREAMED", "600000"))
A_SECOND = 5000
FAST_S = 10
JUMPS = 10
EXPERIMENT = """
import time
import athanor
from pydantic import BaseModel


class Config(BaseModel):
    count: int = 10
    a_second: int = 0


@athanor.experiment(description="Says lines")
def lines(ctx: athanor.RunContext, config: Config) -> None:
    begun = time.perf_counter()
    for first in range(0, config.count, 50):
        for number in range(first, min(first + 50, config.count)):
            level = "error" if number % 1000 == 999 else "info"
            said = f"said {time.time_ns() // 1000} step {number}"
            ctx.log(level, said, {"loss": 1 / (number + 1)})
        if config.a_second:
            time.sleep(max(0, begun + (first + 50) / config.a_second - time.perf_counter()))
"""
LATENCY = """
() => {
  window.seen = [];
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.tasks.push(entry.duration);
  }).observe({ type: "longtask" });
  const look = () => {
    const rows = document.querySelectorAll("[data-log-box] li");
    const text = rows[rows.length - 1]?.textContent.match(/said (\\d+)/)?.[1];
    if (text && text !== window.newest) {
      window.newest = text;
      window.seen.push(performance.timeOrigin + performance.now() - Number(text) / 1000);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""
JUMP = """
(line) => new Promise((resolve) => {
  const begun = performance.now();
  const field = document.querySelector("[aria-label='Go to line']");
  field.value = line;
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  const look = () => {
    if (document.querySelector(`[data-marked] [aria-label="Line ${line}"]`)) {
      resolve(performance.now() - begun);
    } else requestAnimationFrame(look);
  };
  look();
})
"""


def figures() -> Iterator[Figure]:
    """Opening, jumping and following."""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        _server(Path(folder)) as (url, ask),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield from _large(browser, url, ask)
        yield from _live(browser, url, ask)
        browser.close()


def _large(browser: Any, url: str, ask: Callable[..., Any]) -> Iterator[Figure]:
    run = _ended(ask, _start(ask, count=LINES))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    taken = []
    for _ in range(5):
        begun_s = time.perf_counter()
        page.goto(f"{url}/runs/{run}", wait_until="commit")
        page.wait_for_selector("[data-log-box] li[data-level]")
        taken.append(time.perf_counter() - begun_s)
    name = f"{LINES:,} lines: first painted"
    yield _figure(name, taken, 1000)
    steps = [page.evaluate(JUMP, LINES * step // JUMPS - 37) for step in range(1, JUMPS + 1)]
    yield _figure(f"{LINES:,} lines: jump to any", [ms / 1000 for ms in steps], 200)
    rows = page.evaluate("document.querySelectorAll('[data-log-box] li').length")
    yield Figure("rows in the page", str(rows), limit="at most 300", met=rows <= 300)
    page.close()


def _live(browser: Any, url: str, ask: Callable[..., Any]) -> Iterator[Figure]:
    page, run = _watched(browser, url, ask, count=A_SECOND * FAST_S, a_second=A_SECOND)
    _ended(ask, run)
    page.wait_for_timeout(500)
    tasks = page.evaluate("window.tasks")
    longest = max(tasks, default=0)
    yield Figure(
        f"{A_SECOND:,} lines/s: longest task",
        f"{longest:.0f} ms, {len(tasks)} over 50 ms",
        limit="at most 100 ms",
        met=longest <= 100,
    )
    seen = [ms / 1000 for ms in page.evaluate("window.seen")][5:]
    yield _figure(f"{A_SECOND:,} lines/s: call to pixels", seen, 100)
    page.close()
    page, run = _watched(browser, url, ask, count=STREAMED)
    _ended(ask, run)
    shown = f"{STREAMED:,}"
    page.wait_for_function(f"document.querySelector('[role=tab]').textContent.includes('{shown}')")
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    name = f"heap after {shown} lines streamed"
    yield Figure(name, f"{heap:.0f} MB", limit="at most 150 MB", met=heap <= 150)


def _watched(browser: Any, url: str, ask: Callable[..., Any], **configuration: int) -> Any:
    run = _start(ask, **configuration)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{url}/runs/{run}")
    page.wait_for_selector("[data-log-box] li[data-level]")
    page.evaluate(LATENCY)
    return page, run


def _figure(name: str, taken: list[float], limit_ms: int) -> Figure:
    high = percentile(taken, 99) * 1000
    return Figure(
        name, spread(taken, "ms", 1000), limit=f"p99 at most {limit_ms} ms", met=high <= limit_ms
    )


def _start(ask: Callable[..., Any], **configuration: int) -> str:
    body = {"experiment_module": "lines", "name": "lines", "configuration": configuration}
    return str(ask(f"/instances/{ask('/instances', body)['id']}/runs", {})["id"])


def _ended(ask: Callable[..., Any], run: str) -> str:
    while ask(f"/runs/{run}")["completed_at"] is None:
        time.sleep(0.2)
    return run


@contextmanager
def _server(project: Path) -> Iterator[tuple[str, Callable[..., Any]]]:
    (project / "experiments").mkdir()
    (project / "experiments" / "lines.py").write_text(EXPERIMENT)
    (project / "pyproject.toml").touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "athanor", "serve", "--port", "0"],
        cwd=project,
        env={k: v for k, v in os.environ.items() if not k.startswith("ATHANOR_")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        found = re.search(r"http://[^\s/]+", process.stdout.readline() if process.stdout else "")
        address = found[0] if found else ""
        yield address, lambda path, body=None: _asked(f"{address}/api{path}", body)
    finally:
        process.terminate()
        process.wait()


def _asked(url: str, body: Any) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
