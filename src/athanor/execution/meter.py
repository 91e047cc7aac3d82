"""The meter: a thread of the runner that looks now and then at what the run uses.

A thread, because what it asks may take its time (the driver of a GPU, the kernel about a large
process), and the runner's duties do not wait. It only looks; what it finds, the runner writes down
and acts upon.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from athanor.domain.moment import now_us
from athanor.domain.usage import GpuUsage
from athanor.execution import machine, nvml, tree
from athanor.journal import format as kinds

FIRST_S = 1.0
RAREST_S = 60.0
GUARD_S = 0.25
"""How often memory is looked at when it is limited."""
_AGE_SHARE = 100
_COST_SHARE = 200
"""Looking takes at most this part of one core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What to look at: the tree below a process, some devices; durations in seconds."""

    parent: int
    spared: int | None
    gpus: tuple[str, ...]
    interval_s: float
    memory_limit_bytes: int | None
    reaped_cpu_s: Callable[[], float]
    """Processor time of what was below the parent and is gone."""


class Meter:
    """Starts looking a moment after the run has begun: a short run pays nothing for it."""

    def __init__(self, metered: Metered) -> None:
        self._metered = metered
        self._begun_s = time.monotonic()
        self._told_s = self._begun_s
        self._cpu_s = 0.0
        self._number = 0
        self._samples: deque[kinds.Usage] = deque()
        self.peak_memory_bytes = 0
        self.exceeded_bytes: int | None = None
        """How much memory was in use when that was more than the limit."""
        self._oom_kills = (machine.oom_kills(),) * 2
        self.first_s = min(FIRST_S, metered.interval_s)
        if metered.memory_limit_bytes is not None:
            self.first_s = min(GUARD_S, self.first_s)

    def start(self) -> None:
        """Begin to look; ends with the process."""
        threading.Thread(target=self._work, name="athanor-meter", daemon=True).start()

    def samples(self) -> list[kinds.Usage]:
        """What was found since the last call."""
        return [self._samples.popleft() for _ in range(len(self._samples))]

    @property
    def memory_ran_out(self) -> bool:
        """Whether the kernel has ended processes of this machine for it in the last moments.

        Since the last sample but one: the last may have been taken after the kill.
        """
        return machine.oom_kills() > self._oom_kills[0]

    def _work(self) -> None:
        due_s = self._begun_s + min(FIRST_S, self._metered.interval_s)
        while True:
            spent_s = time.thread_time()
            now_s = time.monotonic()
            if now_s >= due_s:
                self._samples.append(self._sample(now_s))
            else:
                self._guard()
            cost_s = (time.thread_time() - spent_s) * _COST_SHARE
            if now_s >= due_s:
                due_s = now_s + max(pace_s(self._metered.interval_s, now_s - self._begun_s), cost_s)
            wait_s = due_s - now_s
            if self._metered.memory_limit_bytes is not None:
                wait_s = min(wait_s, max(GUARD_S, cost_s))
            time.sleep(wait_s)

    def _sample(self, now_s: float) -> kinds.Usage:
        gone_s = self._metered.reaped_cpu_s()  # first: who goes meanwhile must not count twice
        processes = self._look()
        memory_bytes = self._weigh(tree.proportional_bytes(processes))
        cpu_s = max(self._cpu_s, gone_s + sum(process.cpu_s for process in processes))
        percent = 100 * (cpu_s - self._cpu_s) / max(now_s - self._told_s, 1e-3)
        self._cpu_s, self._told_s = cpu_s, now_s
        self._oom_kills = (self._oom_kills[1], machine.oom_kills())
        self._number += 1
        return kinds.Usage(
            ts=now_us(),
            number=self._number,
            cpu_percent=round(percent, 1),
            cpu_s=round(cpu_s, 2),
            memory_bytes=memory_bytes,
            peak_memory_bytes=self.peak_memory_bytes,
            processes=len(processes),
            gpus=self._gpus(),
        )

    def _guard(self) -> None:
        """Between samples: only what is needed to see that the limit is kept."""
        processes = self._look()
        limit_bytes = self._metered.memory_limit_bytes or 0
        if sum(process.resident_bytes for process in processes) > limit_bytes:
            self._weigh(tree.proportional_bytes(processes))

    def _weigh(self, memory_bytes: int) -> int:
        self.peak_memory_bytes = max(self.peak_memory_bytes, memory_bytes)
        limit_bytes = self._metered.memory_limit_bytes
        if limit_bytes is not None and memory_bytes > limit_bytes and self.exceeded_bytes is None:
            self.exceeded_bytes = memory_bytes
        return memory_bytes

    def _look(self) -> list[tree.Process]:
        return tree.below(self._metered.parent, self._metered.spared)

    def _gpus(self) -> tuple[GpuUsage, ...]:
        return nvml.usage(self._metered.gpus) if self._metered.gpus else ()


def pace_s(interval_s: float, age_s: float) -> float:
    """Seconds to the next sample: the older a run, the rarer, but never beyond a minute.

    A month makes some 45,000 samples, of which the database keeps at most a thousand.
    """
    return max(interval_s, min(RAREST_S, age_s / _AGE_SHARE))
