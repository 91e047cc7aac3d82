"""Lighthouse on the dashboard and on the page of a run: performance and accessibility.

``make lighthouse`` installs it, then measures here: a real server with instances and runs, headless
Chromium, Lighthouse's own desktop throttling. The median of some rounds, since a busy machine
costs points: what Lighthouse says of the machine's power stands beside (a laptop at rest has
1,500 and more; below 1,000 the performance says little, and ``web_first`` more).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.web_results import run_of, serving

ROOT = Path(__file__).parents[1]
TOOL = ROOT / ".venv/lighthouse/node_modules/lighthouse/cli/index.js"
LEAST = 95
ROUNDS = 3
INSTANCES = 40
CATEGORIES = ("performance", "accessibility")
FACTS = {
    "first-contentful-paint": "painted",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shift",
}


def figures() -> Iterator[Figure]:
    """Scores of both pages, light and as they are opened first."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, ask):
        run = run_of(ask, count=300)
        for _ in range(INSTANCES):
            _instance(ask)
        pages = {"Dashboard": "/experiments", "Run, logs": f"/runs/{run}"}
        pages["Run, results"] = f"/runs/{run}?tab=results"
        for name, path in pages.items():
            yield from _scores(name, f"{address}{path}", Path(folder))


def _instance(ask: Callable[..., Any]) -> None:
    ask("/instances", {"experiment_module": "leaving", "name": "A baseline"})


def _scores(name: str, url: str, folder: Path) -> Iterator[Figure]:
    reports = [_report(url, folder) for _ in range(ROUNDS)]
    for category in CATEGORIES:
        scores = [round(report["categories"][category]["score"] * 100) for report in reports]
        score = statistics.median(scores)
        best = reports[scores.index(max(scores))]
        yield Figure(
            f"{name}: {category}",
            f"{score:.0f} of {scores}",
            _facts(best) if category == "performance" else _failures(best, category),
            None,
            f"at least {LEAST}",
            score >= LEAST,
        )


def _facts(report: Any) -> str:
    audits = report["audits"]
    told = [f"{word} {audits[name]['displayValue']}" for name, word in FACTS.items()]
    return ", ".join([*told, f"power of the machine {report['environment']['benchmarkIndex']:.0f}"])


def _failures(report: Any, category: str) -> str:
    """What costs points, by name."""
    weighed = {ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]}
    audits = report["audits"]
    return ", ".join(n for n in sorted(weighed) if audits[n]["score"] not in (1, None)) or "clean"


def _report(url: str, folder: Path) -> Any:
    file = folder / "report.json"
    subprocess.run(
        [
            os.environ.get("NODE", "node"),
            str(TOOL),
            url,
            "--preset=desktop",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            "--output=json",
            f"--output-path={file}",
            "--quiet",
        ],
        env=os.environ | {"CHROME_PATH": shutil.which("chromium") or "chromium"},
        cwd=folder,
        check=True,
    )
    return json.loads(file.read_text())
