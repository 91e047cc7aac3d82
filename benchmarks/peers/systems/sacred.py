"""Sacred with its ``FileStorageObserver``: scalars, or lines of the run's logger."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sacred import Experiment
from sacred.observers import FileStorageObserver

from benchmarks.peers.protocol import FIELDS, MESSAGE, Record, Sizes, System, answer, main

_SCRIPT = """
import time
from sacred import Experiment
from sacred.observers import FileStorageObserver
ex = Experiment("bench", save_git_info=False)
ex.observers.append(FileStorageObserver("store"))
@ex.automain
def here():
    print("HERE", time.time_ns(), flush=True)
"""


class Sacred(System):
    """A run of an experiment made here, as its documents do."""

    def during(self, body: Callable[[Record], None]) -> None:
        experiment = self._experiment()

        @experiment.main
        def run(_run: Any, _log: Any) -> None:
            if self.way == "scalar":
                body(lambda number: _run.log_scalar("loss", FIELDS["loss"], number))
            else:
                form = MESSAGE + " step=%d loss=%g phase=%s"
                step, loss, phase = FIELDS.values()
                body(lambda number: _log.info(form, step, loss, phase))

        experiment.run()

    def _experiment(self) -> Experiment:
        experiment = Experiment("bench", save_git_info=False, interactive=True)
        experiment.observers.append(FileStorageObserver(self.folder / "store"))
        return experiment

    def stored(self) -> int:
        run = self.folder / "store" / "1"
        if self.way == "scalar":
            there = json.loads(_text(run / "metrics.json") or "{}")
            return len(there.get("loss", {}).get("values", ()))
        return _text(run / "cout.txt").count(MESSAGE)

    def start(self, sizes: Sizes) -> None:
        starts = [self._warm() if self.way == "warm" else self._cold() for _ in range(sizes["n"])]
        answer({"seconds": starts})

    def _warm(self) -> float:
        reached: list[float] = []
        experiment = self._experiment()
        experiment.main(lambda: reached.append(time.perf_counter()))
        begun_s = time.perf_counter()
        experiment.run()
        return reached[0] - begun_s

    def _cold(self) -> float:
        script = self.folder / "experiment.py"
        script.write_text(_SCRIPT)
        asked_ns = time.time_ns()
        done = subprocess.run(
            [sys.executable, script], cwd=self.folder, capture_output=True, text=True, check=True
        )
        reached_ns = int(done.stdout.split("HERE ")[1].split()[0])
        return (reached_ns - asked_ns) / 1e9


def _text(path: Path) -> str:
    """Its files come with the first heartbeat, every ten seconds."""
    return path.read_text() if path.exists() else ""


if __name__ == "__main__":
    main(Sacred)
