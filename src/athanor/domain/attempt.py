"""An attempt at a run: which process works on it, and how far its journal has been stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from athanor.domain.run import RunStatus
from athanor.domain.verdict import Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One row of ``run_attempts`` with what its run's row says beside it.

    ``journal_offset`` is the byte up to which the journal is stored. ``handle`` is what the
    executor needs to find the attempt again; None until it has answered.
    """

    run_id: str
    attempt: int
    status: RunStatus
    executor: str
    claimed_at: datetime
    handle: dict[str, Any] | None = None
    machine_id: str = ""
    home: str = ""
    journal_offset: int = 0
    ending: Ending = field(default_factory=Ending)
    cancel_requested_at: datetime | None = None
    force_requested_at: datetime | None = None
