"""What importing and asking for the version cost, beside a bare interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figure import Figure

ROUNDS = 15


def figures() -> list[Figure]:
    """Interleaved rounds; medians."""
    athanor = Path(sys.executable).with_name("athanor")
    commands = {
        "bare": [sys.executable, "-c", "pass"],
        "import": [sys.executable, "-c", "import athanor"],
        "surface": [
            sys.executable,
            "-c",
            "from athanor import Experiment, ConfigSchema, RunContext",
        ],
        "version": [str(athanor), "--version"],
    }
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start_s = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            spent[name].append(time.perf_counter() - start_s)
    median = {name: statistics.median(values) * 1e3 for name, values in spent.items()}
    bare = median["bare"]
    shown = f"python -c pass {bare:.0f} ms"
    return [
        _beside(median, "import", "import athanor", shown, 60),
        _beside(median, "surface", "import the author's names", shown, 60),
        Figure(
            "athanor --version",
            f"{median['version']:.0f} ms",
            shown,
            median["version"] / bare,
            "at most 150 ms",
            median["version"] <= 150,
        ),
    ]


def _beside(median: dict[str, float], name: str, label: str, shown: str, limit_ms: float) -> Figure:
    more = median[name] - median["bare"]
    ratio = median[name] / median["bare"]
    limit = f"at most {limit_ms:.0f} ms more"
    return Figure(label, f"{more:.0f} ms more", shown, ratio, limit, more <= limit_ms)
