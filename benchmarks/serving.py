"""A real server on a project, and how it is asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

Ask = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    process: psutil.Process
    url: str


@contextmanager
def served(project: Path, **environment: str) -> Iterator[Served]:
    """A server of its own on a project, with nothing of this shell's settings."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("ATHANOR_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "athanor", "serve", "--port", "0"],
        cwd=project,
        env=ours | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"http://[\w.]+:\d+", said)
        assert found is not None, f"no server: {said!r}"
        yield Served(psutil.Process(process.pid), found[0])
    finally:
        process.terminate()
        process.wait()


def project_of(folder: Path, name: str, experiment: str) -> Path:
    """A project in an empty folder, with one experiment."""
    (folder / "experiments").mkdir()
    (folder / "experiments" / f"{name}.py").write_text(experiment)
    (folder / "pyproject.toml").touch()
    return folder


def asking(url: str) -> Ask:
    """Asks that server over REST: ``ask(path)``, or ``ask(path, body)`` to post."""
    return lambda path, body=None: _asked(f"{url}/api{path}", body)


def _asked(url: str, body: Any) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
