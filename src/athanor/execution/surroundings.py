"""What a run is recorded with: git, packages, interpreter, hardware. Names of variables, no values.

Gathered beside the start of the work, so that it delays nothing.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

GIT_TIMEOUT_S = 10.0
DIFF_LIMIT = 1 << 20
UNTRACKED_LIMIT = 200
_PLAIN = ("--no-color", "--no-ext-diff")
_known: dict[str, object] = {}
"""The stamp of the packages that were listed last, in this process or one it was forked from."""


def gather(project: Path, environment_names: Iterable[str]) -> dict[str, Any]:
    """Everything as plain JSON."""
    return {
        "git": git(project),
        "packages": packages(),
        "hardware": hardware(),
        "platform": system(),
        "executable": sys.executable,
        "implementation": platform.python_implementation(),
        "environment_names": sorted(environment_names),
    }


def at_hand(project: Path) -> bool:
    """Whether gathering waits for nothing: there is no repository, and the packages are known."""
    try:
        return _known.get("stamp") == _package_stamp() and not _in_repository(project)
    except (OSError, RuntimeError):
        return False


def _in_repository(project: Path) -> bool:
    """Whether git would find one, as far as files tell."""
    whole = project.resolve()
    return "GIT_DIR" in os.environ or any(
        (folder / ".git").exists() for folder in (whole, *whole.parents)
    )


def git(project: Path) -> dict[str, Any] | None:
    """Commit, branch, uncommitted diff and untracked files; None outside a repository.

    ``diff_truncated`` when the diff is not all there: it was long, or git took too long.
    """
    status = _git(project, "status", "--porcelain=v2", "--branch", "--untracked-files=normal")
    if status is None:
        return None
    lines = status.splitlines()
    untracked = [line[2:] for line in lines if line.startswith("? ")]
    dirty = any(not line.startswith(("#", "?")) for line in lines)
    commit = _header(lines, "branch.oid")
    unborn = commit == "(initial)"
    diff = _git(project, "diff", *(() if unborn else ("HEAD",)), *_PLAIN) if dirty else ""
    return {
        "commit": None if unborn else commit,
        "branch": _header(lines, "branch.head"),
        "dirty": dirty or bool(untracked),
        "diff": (diff or "")[:DIFF_LIMIT],
        "diff_truncated": diff is None or len(diff) > DIFF_LIMIT,
        "untracked": untracked[:UNTRACKED_LIMIT],
        "untracked_count": len(untracked),
    }


def packages() -> dict[str, str]:
    """Name and version of every installed distribution."""
    stamp = _package_stamp()
    found = _packages(stamp)
    _known["stamp"] = stamp
    return found


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


def _git(project: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(project), "--no-optional-locks", *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=GIT_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "backslashreplace") if done.returncode == 0 else None


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
