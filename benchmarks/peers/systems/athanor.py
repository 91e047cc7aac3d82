"""Ours: a supervised run of a project of its own, read through the harness."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from athanor.domain.moment import to_us
from athanor.domain.run import Run
from athanor.harness import Harness
from athanor.settings import load
from benchmarks.peers.protocol import Sizes, System, answer, expect, main, repeated

_PROJECT = '''
import os
import signal

import athanor
from pydantic import BaseModel

from benchmarks.peers.protocol import FIELDS, MESSAGE, loop


class Recording(BaseModel):
    question: str
    calls: int
    seconds: float


@athanor.experiment
def recorder(ctx, config: Recording):
    """Log in a loop; say how many calls returned and what one took; be killed if it is asked."""
    record = lambda number: ctx.log("info", MESSAGE, FIELDS)
    first = 0 if config.question != "call" else 10
    for number in range(first):
        record(number)
    calls, spent_s = loop(record, {"calls": config.calls, "seconds": config.seconds}, first)
    if config.question == "kill":
        with open("returned", "w") as note:
            note.write(str(calls))
        os.kill(os.getpid(), signal.SIGKILL)
    ctx.result("calls", calls)
    ctx.result("each_s", spent_s / calls)


class Size(BaseModel):
    logs: int
    results: int


@athanor.experiment
def filler(ctx, config: Size):
    """Very much to read."""
    for number in range(config.logs):
        ctx.log("info", MESSAGE, FIELDS)
    for number in range(config.results):
        ctx.result("loss", {"value": number * 0.5, "step": number})


@athanor.experiment
def first_line(ctx):
    """Say at once that the author's code runs."""
    ctx.log("info", "here")
'''
_LOOK_S = 0.002
_PAUSE_S = 0.25


class Athanor(System):
    """The embedded database, its default settings, one supervisor in the asking process."""

    def call(self, sizes: Sizes) -> None:
        with self._harness() as opened:
            run = self._recorded(opened, "call", sizes)
            answer({"each_s": opened.list_results(run.id, key="each_s")[0].value})

    def kill(self, sizes: Sizes) -> None:
        with self._harness() as opened:
            self._recorded(opened, "kill", sizes)
        answer({"returned": int((self.folder / "returned").read_text())})

    def stored(self) -> int:
        with self._harness(supervising=False) as opened:
            (run,) = opened.list_runs().items
            return opened.get_run(run.id).log_counts.total

    def rate(self, sizes: Sizes) -> None:
        """The number of calls is the last thing said: when it is there, everything is."""
        with self._harness() as opened:
            run = self._begun(opened, "recorder", question="rate", **sizes)
            while not (said := opened.list_results(run.id, key="calls")):
                time.sleep(_LOOK_S)
            ended_us = time.time_ns() // 1000
            first = opened.list_logs(run.id, limit=1, newest=False)[0]
            events = opened.get_run(run.id).log_counts.total
            expect(events, said[0].value)
            opened.wait(run.id)
        answer({"per_s": events / (ended_us - to_us(first.timestamp)) * 1e6, "events": events})

    def start(self, sizes: Sizes) -> None:
        once = self._warm if self.way == "warm" else self._cold
        answer({"seconds": list(once(sizes["n"]))})

    def _warm(self, times: int) -> Iterator[float]:
        """From a supervisor whose spare process waits; a moment between two starts."""
        with self._harness() as opened:
            instance = opened.create_instance(experiment_module="first_line", name="bench")
            opened.wait(opened.start_run(instance.id).id)
            for _ in range(times):
                time.sleep(_PAUSE_S)
                asked_us = time.time_ns() // 1000
                run = opened.start_run(instance.id, wait=False)
                opened.wait(run.id)
                yield _reached(opened, run.id, asked_us)

    def _cold(self, times: int) -> Iterator[float]:
        """From a terminal where nothing of ours runs: ``athanor run``."""
        self._make()
        command = [sys.executable, "-m", "athanor", "run", "first_line"]
        for _ in range(times):
            asked_us = time.time_ns() // 1000
            subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
            with self._harness(supervising=False) as opened:
                yield _reached(opened, opened.list_runs().items[0].id, asked_us)

    def seed(self, sizes: Sizes) -> None:
        """As many runs as are asked for; the first of them has said very much."""
        with self._harness() as opened:
            given = {"logs": sizes["logs"], "results": sizes["results"]}
            run = self._begun(opened, "filler", **given)
            instance = opened.create_instance(experiment_module="first_line", name="bench")
            others = [opened.start_run(instance.id, wait=False) for _ in range(sizes["runs"] - 1)]
            for each in (run, *others):
                opened.wait(each.id)
            (self.folder / "large").write_text(run.id)
        answer({})

    def list(self, sizes: Sizes) -> None:
        self._reading(lambda o, run: o.list_runs(limit=sizes["runs"]).items, sizes["runs"])

    def tail(self, sizes: Sizes) -> None:
        self._reading(lambda o, run: o.list_logs(run, limit=1000), 1000)

    def frame(self, sizes: Sizes) -> None:
        self._reading(lambda o, run: o.results_frame(run, kind="pandas"), sizes["results"])

    def _reading(self, read: Callable[[Harness, str], Any], wanted: int) -> None:
        run = (self.folder / "large").read_text()
        with self._harness(supervising=False) as opened:
            answer(repeated(lambda: expect(len(read(opened, run)), wanted), 9))

    def _recorded(self, opened: Harness, question: str, sizes: Sizes) -> Run:
        return opened.wait(self._begun(opened, "recorder", question=question, **sizes).id)

    def _begun(self, opened: Harness, experiment: str, **configuration: Any) -> Run:
        configuration.pop("way", None)
        instance = opened.create_instance(
            experiment_module=experiment, name="bench", configuration=configuration
        )
        return opened.start_run(instance.id)

    def _make(self) -> None:
        (self.folder / "pyproject.toml").touch()
        (self.folder / "experiments").mkdir(exist_ok=True)
        (self.folder / "experiments" / "bench.py").write_text(_PROJECT)

    @contextmanager
    def _harness(self, *, supervising: bool = True) -> Iterator[Harness]:
        self._make()
        with Harness.open(settings=load(self.folder, {})) as opened:
            if supervising:
                opened.supervise()
            yield opened


def _reached(opened: Harness, run_id: str, asked_us: int) -> float:
    (line,) = opened.list_logs(run_id)
    return (to_us(line.timestamp) - asked_us) / 1e6


if __name__ == "__main__":
    main(Athanor)
