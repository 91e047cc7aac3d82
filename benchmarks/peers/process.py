"""A system's process: started in a folder of its own, told apart by it, ended with all it left."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from benchmarks.peers.environment import ROOT, python
from benchmarks.peers.protocol import MARK

PATIENCE_S = 900
_MARK = "ATHANOR_BENCH_FOLDER"
_QUIET = {
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "WANDB_SILENT": "true",
    "RAY_USAGE_STATS_ENABLED": "0",
    "AIM_TELEMETRY_DISABLED": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GIT_PYTHON_REFRESH": "quiet",
    "PYTHONWARNINGS": "ignore",
}
"""Nobody is told of a benchmark."""


class NoAnswer(Exception):
    """The system ended without an answer; says its last words."""


def ask(system: str, question: str, sizes: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One question to one system, and its answer. NoAnswer when there is none."""
    command = [str(python(system)), "-m", f"benchmarks.peers.systems.{system}"]
    told = folder / f"{question}.out"
    with told.open("w") as out:
        process = begin([*command, question, json.dumps(sizes), str(folder)], folder, out)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
    text = told.read_text(errors="replace")
    lines = [line for line in text.splitlines() if line.startswith(MARK)]
    if not lines:
        end(folder)
        words = [line for line in text.splitlines() if line.strip()] or ["nothing said"]
        said = words[-1].strip().replace(str(folder), "…").replace(str(ROOT), "…")
        raise NoAnswer(f"{system}, {question}: {said[:200]}")
    answer: dict[str, Any] = json.loads(lines[-1].removeprefix(MARK))
    return answer


def begin(command: list[str], folder: Path, out: Any) -> subprocess.Popen[str]:
    """In the folder, with a home that is empty, and marked so that it is found again."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings(folder, Path(command[0]).parent),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


def surroundings(folder: Path, programs: Path) -> dict[str, str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    own = {_MARK: str(folder), "HOME": str(home), "PATH": path, "PYTHONPATH": str(ROOT)}
    own["RAY_TMPDIR"] = str(folder)
    return {"LANG": os.environ.get("LANG", "C.UTF-8"), **_QUIET, **own}


def processes(folder: Path) -> Iterator[psutil.Process]:
    """All that still live of those that began in the folder."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(_MARK) == str(folder):
                yield process


def end(folder: Path) -> None:
    """End them, politely first: servers put their own in order."""
    left = list(processes(folder))
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=5)
    for process in [*stubborn, *processes(folder)]:
        with contextlib.suppress(psutil.Error):
            process.kill()
