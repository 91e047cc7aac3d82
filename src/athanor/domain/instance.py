"""An instance: an experiment with its configuration filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from athanor.domain.run import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One row of ``experiment_instances``.

    ``experiment_module`` is ``package.module:Name``. ``time_limit_s`` is in seconds,
    ``memory_limit_bytes`` is for all processes of a run together; None means no limit.
    """

    id: str
    experiment_module: str
    name: str
    configuration: dict[str, Any]
    inserted_at: datetime
    updated_at: datetime
    description: str | None = None
    time_limit_s: float | None = None
    gpus: int = 0
    memory_limit_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStats:
    """What a list shows beside an instance."""

    run_count: int = 0
    last_run_at: datetime | None = None
    last_run_status: RunStatus | None = None
