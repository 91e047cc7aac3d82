"""The evidence: what the writers noted outside the system, and what the journals' runners are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

Identity = tuple[int, int]


@dataclass
class Noted:
    """What one run left outside the system."""

    begun: list[Identity] = field(default_factory=list)
    workers: set[Identity] = field(default_factory=set)
    leaving: bool = False
    completed: bool = False
    returned: dict[str, list[int]] = field(default_factory=dict)


def noted(folder: Path) -> Noted:
    """What the writers of a run noted; of a run that never began, nothing."""
    workers = {who for path in folder.glob("*.worker") for who in identities(path)}
    returned = {
        path.name.removesuffix(".returned"): [int(line) for line in path.read_text().splitlines()]
        for path in folder.glob("*.returned")
    }
    return Noted(
        identities(folder / "begun"),
        workers,
        (folder / "leaving").exists(),
        (folder / "completed").exists(),
        returned,
    )


def identities(path: Path) -> list[Identity]:
    """The processes noted in a file, one a line."""
    if not path.exists():
        return []
    return [(int(pid), int(ticks)) for pid, ticks in map(str.split, path.read_text().splitlines())]


def journal_lines(journal: Path, kind: str) -> list[dict[str, object]]:
    """The lines of one kind in a journal, read with nothing of Athanor's."""
    if not journal.exists():
        return []
    mark = f'"t":"{kind}"'.encode()
    return [json.loads(line) for line in journal.read_bytes().split(b"\n") if mark in line[:40]]


def runner(journal: Path) -> Identity | None:
    """The runner that a journal says it was started by."""
    if not journal.exists():
        return None
    with journal.open("rb") as file:
        head = file.read(4096)
    for line in head.split(b"\n")[:-1]:
        if line:
            started = json.loads(line)
            return started["pid"], started["start_ticks"]
    return None
