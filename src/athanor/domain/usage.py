"""What a run uses of its machine: processor, memory, GPUs, as one sample says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuUsage:
    """One assigned device; ``utilization_percent`` and ``memory_bytes`` are the whole device's."""

    device: str
    utilization_percent: float
    memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The whole process tree of a run at one moment.

    ``cpu_percent`` is of one core, since the sample before; ``cpu_s`` is all processor time so far.
    Memory of one process is what is resident; of several, pages they share count once.
    """

    sampled_at: datetime
    cpu_percent: float
    cpu_s: float
    memory_bytes: int
    peak_memory_bytes: int
    processes: int
    gpus: tuple[GpuUsage, ...] = ()
