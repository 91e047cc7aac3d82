"""What is asked of a system, and how it answers: three arguments, one line of JSON.

``python -m benchmarks.peers.systems.NAME QUESTION SIZES FOLDER``, where SIZES is JSON. Runs in the
system's own environment, so nothing but the standard library is imported here.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MARK = "ANSWER "
"""Before the answer: many systems print whatever they like."""
MESSAGE = "a message of thirty characters"
FIELDS = {"step": 12, "loss": 0.25, "phase": "train"}
PATIENCE_S = 60
_BLOCK = 10

Record = Callable[[int], object]
Sizes = dict[str, Any]


class System:
    """What a system can be asked; it overrides what it can.

    ``during`` begins a run, hands ``body`` a function that records one event, and ends the run the
    way the system wants it ended. ``stored`` counts the events that can be read.
    """

    events_a_call = 1

    def __init__(self, folder: Path, way: str) -> None:
        self.folder = folder
        self.way = way

    def during(self, body: Callable[[Record], None]) -> None:
        raise NotImplementedError

    def stored(self) -> int:
        raise NotImplementedError

    # --- questions -------------------------------------------------------------------------------

    def call(self, sizes: Sizes) -> None:
        """Seconds an event in a loop of calls; what happens after the loop is not waited for."""

        def body(record: Record) -> None:
            for number in range(_BLOCK):
                record(number)
            calls, spent_s = loop(record, sizes, _BLOCK)
            answer({"each_s": spent_s / (calls * self.events_a_call)})
            os._exit(0)

        self.during(body)

    def kill(self, sizes: Sizes) -> None:
        """Say how many calls have returned, then die at once."""

        def body(record: Record) -> None:
            calls, _ = loop(record, sizes)
            answer({"returned": calls * self.events_a_call})
            os.kill(os.getpid(), signal.SIGKILL)

        self.during(body)

    def survivors(self, sizes: Sizes) -> None:
        answer({"stored": self.stored()})

    def rate(self, sizes: Sizes) -> None:
        """Events a second, from the first call until all of them can be read."""
        told: list[float] = []

        def body(record: Record) -> None:
            told.append(time.perf_counter())
            told.append(loop(record, sizes)[0] * self.events_a_call)

        self.during(body)
        ended_s = time.perf_counter()
        begun_s, events = told
        while (found := self.stored()) < events:
            ended_s = time.perf_counter()
            if ended_s - begun_s > PATIENCE_S:
                break
            time.sleep(0.001)
        answer({"per_s": found / (ended_s - begun_s), "events": events, "stored": found})


def loop(record: Record, sizes: Sizes, first: int = 0) -> tuple[int, float]:
    """As many calls as were asked for, or as fit into the seconds: how many, and how long."""
    begun_s = time.perf_counter()
    end_s = begun_s + sizes["seconds"]
    done = 0
    while done < sizes["calls"] and time.perf_counter() < end_s:
        for number in range(first + done, first + done + _BLOCK):
            record(number)
        done += _BLOCK
    return done, time.perf_counter() - begun_s


def repeated(ask: Callable[[], Any], times: int) -> dict[str, float]:
    """The median of some times, after one that is not counted."""
    ask()
    spent = []
    for _ in range(times):
        begun_s = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - begun_s)
    return {"seconds": statistics.median(spent)}


def expect(found: int, wanted: int) -> None:
    """A reading that brought something else is no figure."""
    if found != wanted:
        raise SystemExit(f"expected {wanted:,} entries, got {found:,}")


def answer(found: dict[str, Any]) -> None:
    """To the descriptor itself: some systems take ``sys.stdout`` for their own."""
    os.write(_stdout, f"\n{MARK}{json.dumps(found)}\n".encode())


_stdout = os.dup(1)


def main(made: Callable[[Path, str], System]) -> None:
    """Answer the question of the command line."""
    question, sizes, folder = sys.argv[1:]
    asked = json.loads(sizes)
    system = made(Path(folder), asked.get("way", ""))
    getattr(system, question)(asked)


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """For systems that write beside whoever calls them."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
