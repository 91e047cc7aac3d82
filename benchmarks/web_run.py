"""The page of a run in a real browser: a log of a million lines, and one that grows.

After ``make web``; needs Chromium and about two minutes. From the call in the run's process to the
painted frame it is the same clock; each line that was on screen counts.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.browser import chromium
from benchmarks.figure import Figure, percentile, spread
from benchmarks.serving import Ask, asking, project_of, served
from benchmarks.web_painted import opened_s
from benchmarks.web_tasks import watched

LINES = int(os.environ.get("BENCH_WEB_LINES", "1000000"))
STREAMED = int(os.environ.get("BENCH_WEB_STREAMED", "600000"))
CALM = 100
A_SECOND = 5000
FAST_S = 10
OPENINGS = 5
JUMPS = 10
FRAMES = 180
LINE = "[data-log-box] li[data-level]"
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
    batch = max(1, min(50, config.a_second // 100))
    for first in range(0, config.count, batch):
        for number in range(first, min(first + batch, config.count)):
            level = "error" if number % 1000 == 999 else "info"
            said = f"said {time.time_ns() // 1000} step {number}"
            ctx.log(level, said, {"loss": 1 / (number + 1)})
        if config.a_second:
            due = begun + (first + batch) / config.a_second
            time.sleep(max(0, due - time.perf_counter()))
"""
ARRIVALS = """
window.arrived = new Map();
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const now = performance.timeOrigin + performance.now();
      for (const [, said] of data.matchAll(/"said (\\d+)/g)) window.arrived.set(said, now);
    });
  }
};
"""
WATCH = """
() => {
  window.seen = [];
  window.shown = [];
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.tasks.push(entry.duration);
  }).observe({ type: "longtask" });
  const rows = () => document.querySelectorAll("[data-log-box] li");
  const saidIn = (row) => Number(row.textContent.match(/said (\\d+)/)?.[1] ?? 0);
  let newest = Math.max(...[...rows()].map(saidIn));  // painted before anybody watched
  const painted = new MessageChannel();
  painted.port1.onmessage = () => {
    const now = performance.timeOrigin + performance.now();
    const before = newest;
    for (const row of [...rows()].reverse()) {
      const said = saidIn(row);
      if (said <= before) break;
      newest = Math.max(newest, said);
      window.seen.push(now - said / 1000);
      const arrived = window.arrived.get(String(said));
      if (arrived) window.shown.push(now - arrived);
    }
  };
  const frame = () => {
    painted.port2.postMessage(0);  // runs when the frame is painted
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
"""
SCROLL = """
(times) => new Promise((resolve) => {
  const box = document.querySelector("[data-log-box]");
  const taken = [];
  let before = performance.now();
  const frame = () => {
    const now = performance.now();
    taken.push(now - before);
    before = now;
    box.scrollTop -= 40;
    if (taken.length < times) requestAnimationFrame(frame);
    else resolve(taken.slice(1));
  };
  requestAnimationFrame(frame);
})
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
    cores = os.cpu_count()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(project_of(Path(folder), "lines", EXPERIMENT)) as server,
        chromium() as browser,
    ):
        ask = asking(server.url)
        yield Figure("load of the machine before", f"{os.getloadavg()[0]:.1f} on {cores} cores")
        yield from _large(browser, server.url, ask)
        yield from _live(browser, server.url, ask)
        yield Figure("load of the machine after", f"{os.getloadavg()[0]:.1f} on {cores} cores")


def _large(browser: Any, url: str, ask: Ask) -> Iterator[Figure]:
    run = _ended(ask, _start(ask, count=LINES))
    opened = [_opened(browser, f"{url}/runs/{run}") for _ in range(OPENINGS)]
    for page, _ in opened[1:]:
        page.close()
    page = opened[0][0]
    yield _figure(f"{LINES:,} lines: first painted", [taken_s for _, taken_s in opened], 1000)
    steps = [page.evaluate(JUMP, LINES * step // JUMPS - 37) for step in range(1, JUMPS + 1)]
    yield _figure(f"{LINES:,} lines: jump to any", [ms / 1000 for ms in steps], 200)
    rows = page.evaluate("document.querySelectorAll('[data-log-box] li').length")
    yield Figure("rows in the page", str(rows), limit="at most 300", met=rows <= 300)
    page.close()


def _opened(browser: Any, url: str) -> tuple[Any, float]:
    """A page with nothing in its cache, and the seconds until lines were painted."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    return page, opened_s(page, url, LINE)


def _live(browser: Any, url: str, ask: Ask) -> Iterator[Figure]:
    for a_second in (CALM, A_SECOND):
        page, run = _watched(browser, url, ask, count=a_second * FAST_S, a_second=a_second)
        with watched(browser, page) as tasks:
            _ended(ask, run)
            page.wait_for_timeout(500)
        seen = [ms / 1000 for ms in page.evaluate("window.seen")]
        yield _figure(f"{a_second:,} lines/s: call to pixels", seen, 100)
        shown = [ms / 1000 for ms in page.evaluate("window.shown")]
        yield Figure("  of that in the page", spread(shown, "ms", 1000))
        if a_second == A_SECOND:
            name = f"{a_second:,} lines/s: longest task"
            yield _longest(page.evaluate("window.tasks"), name, tasks.longest_ms)
        page.close()
    yield from _scrolled(browser, url, ask)
    yield _streamed(browser, url, ask)


def _longest(tasks: list[float], name: str, processor_ms: float | None = None) -> Figure:
    longest = max(tasks, default=0)
    value = f"{longest:.0f} ms, {len(tasks)} over 50 ms"
    used = "" if processor_ms is None else f"{processor_ms:.0f} ms of processor"
    return Figure(name, value, used, limit="at most 100 ms", met=longest <= 100)


def _scrolled(browser: Any, url: str, ask: Ask) -> Iterator[Figure]:
    page, run = _watched(browser, url, ask, count=A_SECOND * FAST_S, a_second=A_SECOND)
    frames = [ms / 1000 for ms in page.evaluate(SCROLL, FRAMES)]
    high = percentile(frames, 95) * 1000
    yield Figure(
        f"{A_SECOND:,} lines/s: a frame while scrolling",
        f"{spread(frames, 'ms', 1000)}, p95 {high:.0f} ms",
        limit="p95 at most 34 ms",
        met=high <= 34,
    )
    yield _longest(page.evaluate("window.tasks"), "longest task while scrolling")
    _ended(ask, run)
    page.close()


def _streamed(browser: Any, url: str, ask: Ask) -> Figure:
    page, run = _watched(browser, url, ask, count=STREAMED)
    _ended(ask, run)
    shown = f"{STREAMED:,}"
    page.get_by_role("tab", name=f"Logs {shown}").wait_for()
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    name = f"heap after {shown} lines streamed"
    return Figure(name, f"{heap:.0f} MB", limit="at most 150 MB", met=heap <= 150)


def _watched(browser: Any, url: str, ask: Ask, **configuration: int) -> Any:
    run = _start(ask, **configuration)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(ARRIVALS)
    page.goto(f"{url}/runs/{run}")
    page.wait_for_selector(LINE)
    page.evaluate(WATCH)
    return page, run


def _figure(name: str, taken: list[float], limit_ms: int) -> Figure:
    high = percentile(taken, 99) * 1000
    return Figure(
        name, spread(taken, "ms", 1000), limit=f"p99 at most {limit_ms} ms", met=high <= limit_ms
    )


def _start(ask: Ask, **configuration: int) -> str:
    body = {"experiment_module": "lines", "name": "lines", "configuration": configuration}
    return str(ask(f"/instances/{ask('/instances', body)['id']}/runs", {})["id"])


def _ended(ask: Ask, run: str) -> str:
    while ask(f"/runs/{run}")["completed_at"] is None:
        time.sleep(0.2)
    return run
