"""Inspect AI: events of a sample's transcript, in a task with a model that is none."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import (
    FIELDS,
    MESSAGE,
    Record,
    Sizes,
    System,
    answer,
    expect,
    main,
    repeated,
)

_TASK = """
import time
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.solver import solver

@solver
def here():
    async def solve(state, generate):
        with open("reached", "w") as note:
            note.write(str(time.time_ns()))
        return state
    return solve

@task
def bench():
    return Task(dataset=[Sample("x")], solver=here())
"""


class Inspect(System):
    """An event is a ``transcript().info``; realtime logging is its default, "off" is without."""

    def during(self, body: Callable[[Record], None]) -> None:
        from inspect_ai.log import transcript

        def solve() -> None:
            info = transcript().info
            body(lambda number: info({"message": MESSAGE, **FIELDS}))

        self._evaluate(solve)

    def _evaluate(self, work: Callable[[], None]) -> None:
        from inspect_ai import Task
        from inspect_ai import eval as evaluate
        from inspect_ai.dataset import Sample
        from inspect_ai.solver import solver

        @solver
        def here() -> Any:
            async def solve(state: Any, generate: Any) -> Any:
                work()
                return state

            return solve

        (log,) = evaluate(
            Task(name="bench", dataset=[Sample("x")], solver=here()),
            model="mockllm/model",
            log_dir=str(self.folder / "logs"),
            log_realtime=self.way != "off",
            display="none",
        )
        if log.status != "success":
            raise SystemExit(f"the task ended as {log.status}: {log.error}")

    def stored(self) -> int:
        """After ``inspect log recover`` where there is something to recover."""
        from inspect_ai.log import read_eval_log
        from inspect_ai.log._recover import recover_eval_log, recoverable_eval_logs

        logs = str(self.folder / "logs")
        for found in recoverable_eval_logs(logs):
            recover_eval_log(found.log.name, overwrite=True)
        (path,) = Path(logs).glob("*.eval")
        samples = read_eval_log(str(path)).samples or []
        return sum(event.event == "info" for sample in samples for event in sample.events)

    def start(self, sizes: Sizes) -> None:
        once = self._warm if self.way == "warm" else self._cold
        answer({"seconds": [once() for _ in range(sizes["n"])]})

    def _warm(self) -> float:
        """``eval()`` in a process that has it imported."""
        reached: list[float] = []
        begun_s = time.perf_counter()
        self._evaluate(lambda: reached.append(time.perf_counter()))
        return reached[0] - begun_s

    def _cold(self) -> float:
        """``inspect eval`` in a terminal."""
        (self.folder / "task.py").write_text(_TASK)
        inspect = Path(sys.executable).with_name("inspect")
        command = [inspect, "eval", "task.py", "--model", "mockllm/model", "--display", "none"]
        asked_ns = time.time_ns()
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        return (int((self.folder / "reached").read_text()) - asked_ns) / 1e9

    def seed(self, sizes: Sizes) -> None:
        """One log with very many events, and as many logs as there shall be runs."""

        def body(record: Record) -> None:
            for number in range(sizes["results"]):
                record(number)

        self.during(body)
        (large,) = (self.folder / "logs").glob("*.eval")
        (self.folder / "large").write_text(str(large))
        for _ in range(sizes["runs"] - 1):
            self._evaluate(lambda: None)
        answer({})

    def list(self, sizes: Sizes) -> None:
        """With status and times, as a list of runs has them: the header of each log is read."""
        from inspect_ai.log import list_eval_logs, read_eval_log

        def read() -> None:
            found = list_eval_logs(str(self.folder / "logs"))
            expect(len([read_eval_log(log, header_only=True) for log in found]), sizes["runs"])

        answer(repeated(read, 1))

    def frame(self, sizes: Sizes) -> None:
        from inspect_ai.analysis import events_df

        large = (self.folder / "large").read_text()

        def read() -> None:
            frame = events_df(large, filter=lambda event: event.event == "info", quiet=True)
            expect(len(frame), sizes["results"])

        answer(repeated(read, 3))


if __name__ == "__main__":
    main(Inspect)
