"""The oracle: what was promised, held against what the writers noted outside the system."""

from __future__ import annotations

import fcntl
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from chaos import notes, processes
from chaos.notes import Noted
from chaos.processes import Found

if TYPE_CHECKING:
    from chaos.stage import Stage

_SAID = re.compile(r"([a-z-]+):(\d+)")
_NEVER_BEGUN = (
    "The process that forks runs died twice",
    "two runners died",
    "Could not be started in",
)
"""What the start of a run may end with when whoever starts it is killed again and again."""


@dataclass(frozen=True)
class Hit:
    """One kill that reached its process; ``moment`` is seconds since the epoch."""

    role: str
    found: Found
    moment: float


@dataclass(frozen=True)
class Fault:
    """One promise that was not kept."""

    run_id: str
    expected: str
    came: str

    def __str__(self) -> str:
        return f"run {self.run_id}\n  expected: {self.expected}\n  came:     {self.came}"


@dataclass
class Findings:
    """What the oracle counted, and what it found wrong."""

    faults: list[Fault] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    returned: int = 0
    stored: int = 0
    untouched: int = 0
    never_begun: int = 0
    torn: int = 0


@dataclass(frozen=True)
class Case:
    """One run: its row, what its writers noted, and who of it was hit."""

    row: Any
    noted: Noted
    journal: Path
    runner: tuple[int, int] | None
    hits: list[Hit]

    def hit(self, role: str) -> bool:
        """Whether one of that role of this run was killed."""
        return any(hit.role == role for hit in self.hits)


def examine(stage: Stage, hits: list[Hit]) -> Findings:
    """Hold every run against what is known of it."""
    findings = Findings()
    findings.faults += _left(stage)
    with stage.harness._database.read() as c:
        query = "SELECT * FROM experiment_runs WHERE home = :home ORDER BY id"
        rows = c.execute(text(query), {"home": stage.harness._database.home}).all()
        for row in rows:
            case = _case(stage, row, hits)
            findings.statuses[row.status] += 1
            findings.torn += row.skipped_lines
            findings.faults += _status(case, findings)
            findings.faults += _started(case)
            findings.faults += _events(c, case, findings)
    known = {row.id for row in rows}
    for folder in stage.notes.iterdir():
        if folder.is_dir() and folder.name not in known:
            findings.faults.append(Fault(folder.name, "a row of the run", "none"))
    return findings


def _case(stage: Stage, row: Any, hits: list[Hit]) -> Case:
    noted = notes.noted(stage.notes / row.id)
    journal = stage.journal(row.id)
    runner = notes.runner(journal)
    ours = {*noted.begun, *noted.workers, runner}
    return Case(
        row,
        noted,
        journal,
        runner,
        [_of_run(hit, runner) for hit in hits if hit.found.identity in ours],
    )


def _of_run(hit: Hit, runner: tuple[int, int] | None) -> Hit:
    """A spare that had become the runner by then was hit as the runner."""
    return Hit("runner", hit.found, hit.moment) if hit.found.identity == runner else hit


# --- processes -----------------------------------------------------------------------------------


def _left(stage: Stage) -> Iterator[Fault]:
    for found in processes.marked(stage.mark):
        yield Fault("-", "no process left", f"{found.pid} {found.command}")
    for lock in stage.home.glob("runs/*/*/lock"):
        if _held(lock):
            yield Fault(lock.parent.parent.name, "nobody holds its lock", "somebody does")
    inside = f"{stage.home}/runs/"
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue
        if target.startswith(inside) and descriptor.parts[2] != str(os.getpid()):
            yield Fault("-", "nobody holds a file of a run open", f"{descriptor} -> {target}")


def _held(lock: Path) -> bool:
    fd = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


# --- the status ----------------------------------------------------------------------------------


def _status(case: Case, findings: Findings) -> Iterator[Fault]:
    row = case.row
    if row.status == "pending" and row.queued_at is None:
        if case.noted.begun or case.journal.exists():
            yield Fault(row.id, "a run that nobody asked to start has not begun", "it has")
        return
    if row.status in {"pending", "running"}:
        yield Fault(row.id, "an end, since no process of it is left", row.status)
        return
    if row.completed_at is None or row.finishing:
        yield Fault(row.id, "a final run has its time of end", f"finishing={row.finishing}")
    expected = _expected(case, findings)
    came = f"{row.status}: {row.error}"
    if not any(re.match(pattern, came, re.DOTALL) for pattern in expected):
        yield Fault(row.id, f"{' or '.join(expected)} ({_told(case)})", came)


def _expected(case: Case, findings: Findings) -> list[str]:
    """Patterns of ``status: error`` of which one must hold, from the evidence alone."""
    done = "completed: None"
    if case.runner is None:
        findings.never_begun += 1
        return [f"failed: .*{words}" for words in _NEVER_BEGUN]
    if case.noted.completed or not (case.hit("task") or case.hit("runner")):
        findings.untouched += not case.hits
        return [done]
    killed = []
    if case.hit("task"):
        killed.append("failed: Killed by SIGKILL")
    if case.hit("runner"):
        killed.append(f"failed: Ended without a word: its runner \\(process {case.runner[0]}\\)")
    if case.noted.leaving and notes.journal_lines(case.journal, "completed"):
        return [done]  # the word had been said; the call just had not come back
    return killed


def _told(case: Case) -> str:
    hit = ", ".join(f"{hit.role} {hit.found.pid}" for hit in case.hits) or "nobody"
    return f"hit: {hit}; leaving noted: {case.noted.leaving}; completed: {case.noted.completed}"


def _started(case: Case) -> Iterator[Fault]:
    started = len(notes.journal_lines(case.journal, "started"))
    if started > 1 or (case.runner is not None and started != 1):
        yield Fault(case.row.id, "one line `started`", f"{started}")
    if len(case.noted.begun) > 1:
        yield Fault(case.row.id, "its work begun once", f"by {case.noted.begun}")


# --- the events ----------------------------------------------------------------------------------


def _events(c: Any, case: Case, findings: Findings) -> Iterator[Fault]:
    run = {"run": case.row.id}
    logs = c.execute(text("SELECT line, seq, message FROM run_logs WHERE run_id = :run"), run).all()
    results = c.execute(
        text("SELECT seq, key, value FROM run_results WHERE run_id = :run"), run
    ).all()
    said = _said(logs, results)
    findings.stored += sum(map(len, said.values()))
    for writer, returned in case.noted.returned.items():
        findings.returned += len(returned)
        stored = said.pop(writer, [])
        if stored != list(range(len(stored))):
            yield Fault(case.row.id, f"{writer}: each event once, in order", _odd(stored))
        if not len(returned) <= len(stored) <= len(returned) + 1:
            yield Fault(case.row.id, f"{writer}: {len(returned)} events", f"{len(stored)}")
    for writer, stored in said.items():
        if len(stored) > 1:
            yield Fault(case.row.id, f"{writer}: nothing, since no call returned", f"{stored}")
    lines = sorted(row.line for row in logs)
    if lines != list(range(1, len(lines) + 1)):
        yield Fault(case.row.id, "line numbers without a gap", _odd(lines))
    counted = sum(
        getattr(case.row, f"{level}_count") for level in ("debug", "info", "warn", "error")
    )
    if (counted, case.row.result_count) != (len(logs), len(results)):
        yield Fault(
            case.row.id,
            f"the counts of {len(logs)} log lines and {len(results)} results",
            f"{counted} and {case.row.result_count}",
        )
    offset = c.execute(text("SELECT journal_offset FROM run_attempts WHERE run_id = :run"), run)
    stored_to, size = offset.scalar() or 0, _size(case.journal)
    if stored_to != size:
        yield Fault(case.row.id, f"the journal stored to its end, {size}", f"{stored_to}")


def _said(logs: list[Any], results: list[Any]) -> dict[str, list[int]]:
    """The numbers that are stored, a list a writer, in the order they were said."""
    events = [(row.seq, row.key, int(row.value)) for row in results]
    for row in logs:
        matched = _SAID.fullmatch(row.message)
        if matched:
            events.append((row.seq, matched[1], int(matched[2])))
    said: dict[str, list[int]] = {}
    for _, writer, number in sorted(events):
        said.setdefault(writer, []).append(number)
    return said


def _size(journal: Path) -> int:
    return journal.stat().st_size if journal.exists() else 0


def _odd(numbers: list[int]) -> str:
    """Where a row of numbers goes wrong."""
    for place, (before, after) in enumerate(pairwise(numbers)):
        if after != before + 1:
            return f"{before} is followed by {after} (at {place} of {len(numbers)})"
    return f"begins with {numbers[:1]}"
