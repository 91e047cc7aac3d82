"""Typing in a form of sixty fields with lists of two hundred items: from the key to the pixels."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.browser import chromium
from benchmarks.figure import Figure, percentile, spread
from benchmarks.serving import project_of, served

EXPERIMENT = """
from athanor import ConfigSchema, Definition, Experiment

POINT = ConfigSchema().field("x", float, default=0.5).field("y", float, default=0.0)
SCHEMA = ConfigSchema()
for i in range(20):
    SCHEMA = SCHEMA.field(f"count_{i}", int, default=i).field(f"rate_{i}", float, default=0.5)
    SCHEMA = SCHEMA.field(f"name_{i}", str, default="x")
SCHEMA = SCHEMA.list("points", POINT, default=[{"x": i / 2} for i in range(200)])
SCHEMA = SCHEMA.list("weights", float, default=[i / 10 for i in range(200)])


class Large(Experiment):
    def experiment(self):
        return Definition(name="large", description="Large", configuration=SCHEMA)

    def run(self, ctx):
        ctx.complete()
"""
LIMIT_MS = 50
KEYS = "1234567890" * 4
WATCH = """() => {
  window.took = [];
  addEventListener("keydown", () => {
    const from = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - from)));
  }, true);
}"""


def figures() -> Iterator[Figure]:
    """Forty keys each in a field, in an item of a list, and in the name above them all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(project_of(Path(folder), "large", EXPERIMENT)) as server,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{server.url}/experiments/new?experiment=experiments.large:Large")
        page.get_by_label("Name 10").wait_for()
        page.evaluate(WATCH)
        for label in ("Name 10", "Item 100", "Name"):
            taken = _typed(page, label)
            yield Figure(
                f"a key in {label!r} of a form of 660 fields, to its pixels",
                spread(taken, "ms", 1),
                limit=f"p95 at most {LIMIT_MS} ms",
                met=percentile(taken, 95) <= LIMIT_MS,
            )


def _typed(page: Any, label: str) -> list[float]:
    """Milliseconds a key."""
    page.evaluate("() => { window.took.length = 0; }")
    page.get_by_label(label, exact=True).last.click()
    page.keyboard.type(KEYS, delay=30)
    page.wait_for_function(f"() => window.took.length >= {len(KEYS)}")
    found: list[float] = page.evaluate("() => window.took")
    return found
