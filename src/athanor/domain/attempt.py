"""An attempt at a run: which process works on it, and how far its journal has been stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from athanor.domain.run import RunStatus
from athanor.domain.verdict import Ending

INLINE = "inline"
"""The executor of a run that works inside the process that asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One row of ``run_attempts`` with what its run's row says beside it.

    ``home`` is the id of the data directory that claimed it, ``journal_offset`` the byte up to
    which its journal is stored. ``handle`` is what the executor needs to find the attempt again;
    None until it has answered. ``gpus`` are the devices it holds until its run has ended.
    """

    run_id: str
    attempt: int
    status: RunStatus
    executor: str
    claimed_at: datetime
    machine_id: str
    home: str
    handle: dict[str, Any] | None = None
    gpus: tuple[str, ...] = ()
    journal_offset: int = 0
    ending: Ending = field(default_factory=Ending)
    cancel_requested_at: datetime | None = None
    force_requested_at: datetime | None = None

    @property
    def cookie(self) -> str:
        """What every process of this attempt carries in its environment."""
        return cookie_of(self.home, self.run_id, self.attempt)


def cookie_of(home: str, run_id: str, attempt: int) -> str:
    """What tells the processes of an attempt from all others, those of a copied directory too."""
    return f"{home}/{run_id}/{attempt}"
