"""What ``athanor show RUN`` says of the machine: devices, memory, processor, why a run waits."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from athanor.cli.render import details
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.domain.usage import GpuUsage, Usage

GPU = GpuUsage(device="GPU-7", utilization_percent=93.0, memory_bytes=20_000_000_000)
USAGE = Usage(
    sampled_at=now(),
    cpu_percent=187.4,
    cpu_s=3723.0,
    memory_bytes=2_500_000_000,
    peak_memory_bytes=3_000_000_000,
    processes=3,
    gpus=(GPU,),
)
RUN = Run(
    id="01a1fa1e-12a3-7a03-aec2-e36046810082",
    instance_id="i",
    status=RunStatus.RUNNING,
    configuration={},
    inserted_at=now(),
    updated_at=now(),
    queued_at=now(),
    started_at=now(),
    gpus=("GPU-7",),
    usage=USAGE,
)


def shown(run: Run, place: int = 0) -> list[str]:
    console = Console(file=io.StringIO(), width=120)
    console.print(*details.run({"run": run, "instance": None, "queue_place": place}), sep="\n")
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    "line",
    [
        "GPUs GPU-7",
        "memory 2.5 GB in 3 processes, 3.0 GB at most",
        "processor 187% of a core, 1h 2m so far",
        "GPU GPU-7 93% busy, 20.0 GB",
    ],
)
def test_a_run_that_works_shows_what_it_uses_now(line):
    assert line in shown(RUN)


def test_a_run_that_has_ended_shows_its_devices_and_no_present_use():
    lines = shown(replace(RUN, status=RunStatus.COMPLETED, completed_at=now()))
    assert "GPUs GPU-7" in lines
    assert not [line for line in lines if "at most" in line or "of a core" in line]


def test_a_run_that_waits_says_what_for():
    waiting = replace(RUN, status=RunStatus.PENDING, started_at=None, gpus=(), usage=None)
    assert "queue place 2" in shown(waiting, 2)
    assert "queue place 2, for 2 GPUs (1 free)" in shown(
        replace(waiting, waits_for="2 GPUs (1 free)"), 2
    )
