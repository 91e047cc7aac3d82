"""What a run is recorded with: git, packages, interpreter, hardware. Names of variables, no values.

Gathered beside the start of the work, so that it delays nothing.
"""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

GIT_TIMEOUT_S = 10.0
DIFF_LIMIT = 1 << 20
UNTRACKED_LIMIT = 200
_PLAIN = ("--no-color", "--no-ext-diff")


def begin(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start git, in a process group of its own."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def answer(git: subprocess.Popen[bytes]) -> bytes:
    """What it prints; nothing if it took too long. Its exit code may have been taken by others."""
    try:
        return git.communicate(timeout=GIT_TIMEOUT_S)[0]
    except subprocess.TimeoutExpired:
        end(git)
        git.communicate()
        return b""


def end(git: subprocess.Popen[bytes]) -> None:
    """Kill it with what it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(git.pid, signal.SIGKILL)


def _ask(command: Sequence[str]) -> bytes:
    return answer(begin(command))


def gather(
    project: Path,
    environment_names: Iterable[str],
    ask: Callable[[Sequence[str]], bytes] = _ask,
) -> dict[str, Any]:
    """Everything as plain JSON; ``ask`` gives what a command of git prints."""
    return {
        "git": git(project, ask),
        "packages": packages(),
        "hardware": hardware(),
        "platform": system(),
        "executable": sys.executable,
        "implementation": platform.python_implementation(),
        "environment_names": sorted(environment_names),
    }


def git(project: Path, ask: Callable[[Sequence[str]], bytes] = _ask) -> dict[str, Any] | None:
    """Commit, branch, uncommitted diff and untracked files; None outside a repository."""
    if not _in_repository(project):
        return None

    def said(*arguments: str) -> str:
        command = ["git", "-C", str(project), "--no-optional-locks", *arguments]
        return ask(command).decode("utf-8", "backslashreplace")

    try:
        return _git(said)
    except OSError:  # there is none
        return None


def _git(said: Callable[..., str]) -> dict[str, Any] | None:
    status = said("status", "--porcelain=v2", "--branch", "--untracked-files=normal")
    if not status:
        return None
    lines = status.splitlines()
    untracked = [line[2:] for line in lines if line.startswith("? ")]
    dirty = any(not line.startswith(("#", "?")) for line in lines)
    commit = _header(lines, "branch.oid")
    unborn = commit == "(initial)"
    diff = said("diff", *(() if unborn else ("HEAD",)), *_PLAIN) if dirty else ""
    return {
        "commit": None if unborn else commit,
        "branch": _header(lines, "branch.head"),
        "dirty": dirty or bool(untracked),
        "diff": diff[:DIFF_LIMIT],
        "diff_truncated": len(diff) > DIFF_LIMIT,
        "untracked": untracked[:UNTRACKED_LIMIT],
        "untracked_count": len(untracked),
    }


def packages() -> dict[str, str]:
    """Name and version of every installed distribution."""
    return _packages(_package_stamp())


def system() -> str:
    """Name and version of the operating system."""
    return platform.platform()


def hardware() -> dict[str, Any]:
    """Processor, cores, memory."""
    import psutil

    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
    }


def _in_repository(project: Path) -> bool:
    """Whether git would find one, as far as files tell: starting it costs milliseconds."""
    whole = project.resolve()
    return "GIT_DIR" in os.environ or any(
        (folder / ".git").exists() for folder in (whole, *whole.parents)
    )


def _header(lines: list[str], name: str) -> str | None:
    prefix = f"# {name} "
    return next((line.removeprefix(prefix) for line in lines if line.startswith(prefix)), None)


def _package_stamp() -> tuple[tuple[str, int], ...]:
    """Changes whenever something is installed or removed."""
    stamps = []
    for folder in sys.path:
        try:
            stamps.append((folder, os.stat(folder or ".").st_mtime_ns))
        except OSError:
            continue
    return tuple(stamps)


@cache
def _packages(_stamp: tuple[tuple[str, int], ...]) -> dict[str, str]:
    found = {entry.name: entry.version for entry in metadata.distributions() if entry.name}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


@cache
def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    for line in text.splitlines():
        if line.startswith(("model name", "Hardware", "Model")):
            return line.partition(":")[2].strip()
    return platform.processor()
