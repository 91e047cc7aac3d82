"""What one call of ``ctx.log`` costs, beside encoding and ``os.write`` alone."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from athanor.domain.home import AttemptDirectory
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.execution.context import RunContext
from athanor.journal.format import Log
from benchmarks.figure import Figure

CALLS = 20_000
ROUNDS = 9
METADATA = {"step": 12, "loss": 0.25, "phase": "train"}


def figures() -> list[Figure]:
    """Interleaved rounds; the median of each."""
    with tempfile.TemporaryDirectory() as folder:
        context = _context(Path(folder))
        floor = _floor(Path(folder) / "floor")
        calls = {
            "floor": floor,
            "log": lambda: context.log("info", "a message of thirty characters", METADATA),
            "plain": lambda: context.log("info", "a message of thirty characters"),
            "result": lambda: context.result("loss", METADATA),
            "progress": lambda: context.progress(12, 100),
            "cancelled": context.cancelled,
        }
        rounds: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(ROUNDS):
            for name, call in calls.items():
                rounds[name].append(_round(call))
    spent = {name: statistics.median(values) for name, values in rounds.items()}
    base = spent["floor"]
    shown = f"encode + os.write {base * 1e6:.2f} us"
    ratio = spent["log"] / base
    return [
        Figure(
            "ctx.log, three keys of metadata",
            _us(spent["log"]),
            shown,
            ratio,
            "at most 2x",
            ratio <= 2,
        ),
        *(
            Figure(f"ctx.{label}", _us(spent[name]), shown, spent[name] / base)
            for name, label in (
                ("plain", "log, no metadata"),
                ("result", "result, a small mapping"),
                ("progress", "progress"),
                ("cancelled", "cancelled"),
            )
        ),
    ]


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} us"


def _round(call: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - start_s) / CALLS


def _floor(path: Path) -> Callable[[], object]:
    """The least that makes an event survive its process: one encoded line, one write."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    encode = msgspec.json.Encoder().encode
    write = os.write
    now_ns = time.time_ns

    def call() -> None:
        line = Log(now_ns() // 1000, "info", "a message of thirty characters", METADATA)  # type: ignore[arg-type]
        write(fd, encode(line))

    return call


def _context(folder: Path) -> RunContext:
    moment = now()
    instance = Instance(
        id=new_id(),
        experiment_module="m:e",
        name="n",
        configuration={},
        inserted_at=moment,
        updated_at=moment,
    )
    run = Run(
        id=new_id(),
        instance_id=instance.id,
        status=RunStatus.RUNNING,
        configuration={},
        inserted_at=moment,
        updated_at=moment,
    )
    return RunContext(run, instance, {}, AttemptDirectory(folder))
