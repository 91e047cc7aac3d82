"""The file of figures, and the documents that show it between two marks."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.peers.catalogue import PEERS
from benchmarks.peers.environment import REQUIREMENTS, ROOT
from benchmarks.peers.question import Finding
from benchmarks.peers.tables import Findings, short, whole

FILE = ROOT / "benchmarks" / "peers.json"
SHOWN = ((ROOT / "README.md", True), (ROOT / "docs" / "benchmarks.md", False))
"""The documents with tables, and whether in short."""
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_NAMES = {"inspect": "inspect-ai"}


def written(found: Iterable[Finding], *, rounds: int, share: float) -> dict[str, Any]:
    """Everything that is known of one run of the command."""
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": machine(),
        "rounds": rounds,
        "share": share,
        "versions": versions(),
        "figures": [asdict(finding) for finding in found],
    }


def machine() -> str:
    """What it is, not what it is called."""
    memory_gib = psutil.virtual_memory().total / (1 << 30)
    return (
        f"{os.cpu_count()} cores of {_processor()}, {memory_gib:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", path.read_text()) if path.exists() else None
    return found[1].strip() if found else platform.machine()


def versions() -> dict[str, str]:
    """Ours as installed, the peers' as pinned."""
    pinned = {name: (REQUIREMENTS / f"{name}.txt").read_text() for name in PEERS}
    found = {
        name: re.search(rf"^{_NAMES.get(name, name)}==(\S+)", text, re.MULTILINE)
        for name, text in pinned.items()
    }
    return {"athanor": version("athanor")} | {name: v[1] for name, v in found.items() if v}


def show(report: dict[str, Any], files: Iterable[tuple[Path, bool]] = SHOWN) -> None:
    """Put the tables between the marks of each file."""
    for path, in_short in files:
        path.write_text(shown(report, path.read_text("utf-8"), in_short=in_short), "utf-8")


def shown(report: dict[str, Any], text: str, *, in_short: bool) -> str:
    """The text with the tables between its marks: in short, or as a whole."""
    found = Findings(Finding(**each) for each in _tuples(report["figures"]))
    tables = short(found) if in_short else whole(found)
    return between(text, f"{_caption(report)}\n\n{tables}")


def between(text: str, put: str) -> str:
    """The text with something else between its marks. ValueError without them."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"expected {BEGIN} and {END} in the text")
    return f"{head}{BEGIN}\n{put}{END}{tail}"


def _caption(report: dict[str, Any]) -> str:
    named = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    part = "" if report["share"] == 1 else f" Only {report['share']:.0%} of the sizes."
    return (
        f"Measured {report['at']} by `make bench-peers` on {report['machine']}; medians of up to "
        f"{report['rounds']} rounds in turns.{part} 3x: three times as slow, or as much, as "
        f"Athanor. {named}."
    )


def _tuples(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "values": tuple(each["values"])} for each in figures]


def load(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text())
    return report
