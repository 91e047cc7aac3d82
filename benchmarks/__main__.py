"""``python -m benchmarks [NAME …] [--json FILE]``: measure and print, one table."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import warnings
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

NAMES = (
    "startup",
    "call",
    "start",
    "throughput",
    "waiting",
    "crowd",
    "latency",
    "ingest",
    "length",
    "rest",
    "mcp",
    "live",
    "reading",
    "web_first",
    "web_results",
    "web_run",
    "web_dashboard",
    "web_form",
)
# Wants what no lock brings: `make lighthouse`.
APART = ("web_lighthouse",)


def main() -> int:
    """Exit 1 when a figure misses what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, help="write the figures to a file too")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - {*NAMES, *APART}:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # os.fork in a threaded process
    print(
        f"{platform.node()}, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d %H:%M}"
    )
    found = []
    for name in arguments.names or NAMES:
        for figure in importlib.import_module(f"benchmarks.{name}").figures():
            print(figure, flush=True)
            found.append({"benchmark": name, **asdict(figure)})
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(any(figure["met"] is False for figure in found))


if __name__ == "__main__":
    raise SystemExit(main())
