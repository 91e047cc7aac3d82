"""Why a system is not asked: said in the tables beside the dash."""

from __future__ import annotations

from benchmarks.peers.question import Row

CLOUD = "offline it writes a file that only its cloud can query"
NO_READER = "writes files, reads none"
TRACKS_ONLY = "notes what others run, starts nothing"
WORKS_ONLY = "runs work, keeps no events"


def absent(reason: str, *labels: str) -> tuple[Row, ...]:
    """Rows without a figure."""
    return tuple(Row(label, "", reason=reason) for label in labels)
