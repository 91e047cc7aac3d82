"""Rounds: every system is asked once, then every one again: a busy minute meets them all."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks import live
from benchmarks.figure import percentile
from benchmarks.peers import environment, footprint, process
from benchmarks.peers.process import NoAnswer
from benchmarks.peers.question import FLOOR, OURS, Finding, Question, Row
from benchmarks.peers.questions.reading import READING

_SETTLED_S = 10
"""After a kill: for what helpers of the dead process still write."""
_LIVE = (1000, 10, 3000)
Told = Callable[[str], object]


class Measuring:
    """All the findings of one run of the command; keeps the folders that were filled to be read."""

    def __init__(self, *, rounds: int, share: float, told: Told) -> None:
        self._rounds = rounds
        self._share = share
        self._told = told
        self._filled: dict[str, Path] = {}
        self._never: dict[str, str] = {}
        """Systems that cannot be asked at all, with the reason."""
        self._begun: set[Path] = set()

    def close(self) -> None:
        for folder in list(self._begun):
            self._remove(folder)

    def findings(self, question: Question, only: Iterable[str]) -> list[Finding]:
        """One a row, in the order of the rows."""
        asked = {*only, OURS, FLOOR}
        rows = [row for row in question.rows if not only or row.reason or row.system in asked]
        reasons = {row: row.reason or self._ready(row.system) for row in rows}
        kept: dict[Row, list[tuple[float, str]]] = {row: [] for row in rows}
        for _ in range(min(self._rounds, question.rounds)):
            for row in rows:
                if reasons[row]:
                    continue
                try:
                    kept[row].append(self._measured(question, row))
                except (NoAnswer, subprocess.CalledProcessError) as problem:
                    reasons[row] = f"failed here: {problem}"
                    self._told(reasons[row])
        return [_finding(question, row, kept[row], reasons[row]) for row in rows]

    def _ready(self, system: str) -> str:
        if system not in self._never:
            self._never[system] = environment.ready(system)
        return self._never[system]

    def _measured(self, question: Question, row: Row) -> tuple[float, str]:
        if question.asked == "live":
            return _live_s(row.system), ""
        if question in READING:
            return _value(
                process.ask(row.system, question.asked, self._sizes(question), self._full(row))
            )
        folder = self._folder()
        try:
            return self._alone(question, row, folder)
        finally:
            self._remove(folder)

    def _alone(self, question: Question, row: Row, folder: Path) -> tuple[float, str]:
        weigh = {"size": footprint.size_mib, "idle": footprint.idle_mib}
        if question.asked == "import":
            return footprint.import_s(row.system, row.way, folder), ""
        if question.asked in weigh:
            return weigh[question.asked](row.system, folder), ""
        sizes = {**self._sizes(question), "way": row.way}
        answer = process.ask(row.system, question.asked, sizes, folder)
        if question.asked == "kill":
            return _survived(row, sizes, folder, answer["returned"])
        return _value(answer)

    def _full(self, row: Row) -> Path:
        """The folder of a system that was filled to be read from."""
        if row.system not in self._filled:
            folder = self._folder()
            self._told(f"filling {row.label}")
            process.ask(row.system, "seed", self._sizes(READING[0]), folder)
            self._filled[row.system] = folder
        return self._filled[row.system]

    def _sizes(self, question: Question) -> dict[str, Any]:
        """All of them, or a share of what is many; whole thousands, since batches are."""
        return {name: part(name, value, self._share) for name, value in question.sizes.items()}

    def _folder(self) -> Path:
        folder = Path(mkdtemp(prefix="peer-"))
        self._begun.add(folder)
        return folder

    def _remove(self, folder: Path) -> None:
        process.end(folder)
        shutil.rmtree(folder, ignore_errors=True)
        self._begun.discard(folder)


def part(name: str, value: float, share: float) -> float:
    """A share of what is many: of events whole thousands, since batches are."""
    if name == "runs":
        return max(20, round(value * share))
    return max(1000, round(value * share / 1000) * 1000) if value > 1000 else value


def _survived(row: Row, sizes: dict[str, Any], folder: Path, returned: int) -> tuple[float, str]:
    end_s = time.monotonic() + _SETTLED_S
    while time.monotonic() < end_s and any(process.processes(folder)):
        time.sleep(0.1)
    stored = process.ask(row.system, "survivors", sizes, folder)["stored"]
    return min(stored, returned) / returned, f"{stored:,} of {returned:,}"


def _value(answer: dict[str, Any]) -> tuple[float, str]:
    if "seconds" in answer:
        seconds = answer["seconds"]
        return statistics.median(seconds) if isinstance(seconds, list) else seconds, ""
    return answer.get("each_s") or answer["per_s"], ""


def _live_s(system: str) -> float:
    pace, crowd, lines = _LIVE
    if system == FLOOR:
        return percentile(live.bare(pace, crowd, lines), 50)
    return percentile(live.told("socket", pace, crowd, lines), 50)


def _finding(question: Question, row: Row, kept: list[tuple[float, str]], reason: str) -> Finding:
    return Finding(
        question=question.name,
        label=row.label,
        system=row.system,
        values=() if reason else tuple(value for value, _ in kept),
        reason=reason,
        note=row.note,
        text="" if reason or not kept else kept[-1][1],
    )
