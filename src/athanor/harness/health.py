"""How those are who look after the runs, and what they hold runs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``owner`` is who looks after the runs, as ``pid command``; ``supervising`` says that it is
    the one who was asked. ``live_runs`` have a process or are about to, of ``max_running`` that
    may; a forced run has ``force_grace_s`` seconds to end by itself.
    """

    version: str
    supervising: bool
    owner: str | None
    live_runs: int
    max_running: int
    force_grace_s: float
