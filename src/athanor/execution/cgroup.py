"""A control group of its own for the task of a run and all it starts, where we may make one.

Only version 2 of the kernel's control groups, and only inside a group that was handed to us: the
one this process is in, or the one above it if that is marked as delegated. There the group can be
ended as a whole, whatever its processes do to hide, and the kernel can hold it to a limit of memory
if the controller is enabled. Only tasks are moved into it, never the runner and nobody else's
process. Where none can be made, everything works without.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from athanor.execution import machine

_NAME = re.compile(r"athanor-([0-9]+)-([0-9]+)")
_MARKS = ("user.delegate", "trusted.delegate")
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Group:
    """A group that a runner has made, named by the runner's pid and start."""

    path: Path

    def add(self, pid: int) -> None:
        """Move a process into it, with what it starts from now on."""
        (self.path / "cgroup.procs").write_text(str(pid), "ascii")

    def limit_memory(self, limit_bytes: int) -> bool:
        """Let the kernel end all of it at once when it needs more; False where it cannot."""
        try:
            (self.path / "memory.oom.group").write_text("1", "ascii")
            (self.path / "memory.max").write_text(str(limit_bytes), "ascii")
        except OSError:
            return False
        return True

    @property
    def limits_memory(self) -> bool:
        """Whether it has the controller for that."""
        return (self.path / "memory.max").exists()

    def oom_kills(self) -> int:
        """How many of its processes the kernel has ended because memory ran out."""
        found = re.search(r"^oom_kill ([0-9]+)", _text(self.path / "memory.events"), re.MULTILINE)
        return int(found[1]) if found else 0

    def kill(self) -> None:
        """SIGKILL to all of it at once, also to what is being forked at this moment."""
        with suppress(OSError):  # an older kernel; who asks sends signals as well
            (self.path / "cgroup.kill").write_text("1", "ascii")

    @property
    def populated(self) -> bool:
        """Whether a process is in it, or in a group below it."""
        return "populated 1" in _text(self.path / "cgroup.events")

    def remove(self) -> None:
        """Take it away, with the groups that the experiment made below it; only if empty."""
        for folder, _, _ in os.walk(self.path, topdown=False):
            with suppress(OSError):
                os.rmdir(folder)

    def made_by(self, pid: int, start_ticks: int) -> bool:
        """Whether that very process has made it."""
        return self.path.name == _name(pid, start_ticks)


def make() -> Group | None:
    """A new group for the task of this process; None where the system does not let us."""
    for base in _bases():
        group = Group(base / _name(os.getpid(), machine.start_ticks(os.getpid())))
        with suppress(OSError):
            group.path.mkdir()
            return group
    return None


def _name(pid: int, start_ticks: int) -> str:
    return f"athanor-{pid}-{start_ticks}"


def remove_stale() -> None:
    """Take away empty groups whose runners were killed."""
    for path in (path for base in _bases() for path in base.glob("athanor-*-*")):
        found = _NAME.fullmatch(path.name)
        if found and machine.start_ticks(int(found[1])) != int(found[2]):
            Group(path).remove()


# --- where ---------------------------------------------------------------------------------------


def _bases() -> list[Path]:
    """Where a group may be made, the best first.

    A group that holds processes itself cannot give the memory controller to those below it; that
    is why the one above comes first, if it is marked as ours.
    """
    own = _own()
    if own is None:
        return []
    found = [own]
    if _delegated(own.parent):
        _enable_memory(own.parent)
        found.insert(0, own.parent)
    return [base for base in found if _may_use(base)]


def _own() -> Path | None:
    """The folder of the group that this process is in."""
    mount = _mount()
    lines = _text(Path("/proc/self/cgroup")).splitlines()
    inside = next((line[3:] for line in lines if line.startswith("0::")), None)
    if mount is None or inside is None or "/.." in inside:
        return None
    return mount / inside.lstrip("/")


def _mount() -> Path | None:
    for line in _text(Path("/proc/self/mounts")).splitlines():
        _, place, kind, *_ = line.split(" ")
        if kind == "cgroup2":
            return Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), place))
    return None


def _may_use(base: Path) -> bool:
    return all(os.access(path, os.W_OK) for path in (base, base / "cgroup.procs"))


def _delegated(base: Path) -> bool:
    """Whether systemd, or whoever made it, has marked it as handed over."""
    for mark in _MARKS:
        with suppress(OSError):
            if os.getxattr(base, mark) == b"1":
                return True
    return False


def _enable_memory(base: Path) -> None:
    if "memory" in _text(base / "cgroup.controllers").split():
        with suppress(OSError):  # it holds processes, or the controller is not ours to give
            (base / "cgroup.subtree_control").write_text("+memory", "ascii")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
