"""This machine: what tells it, its boot and a process apart from others."""

from __future__ import annotations

import ctypes
import platform
import re
import socket
import sys
from functools import cache
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


@cache
def machine_id() -> str:
    """An id of the machine that survives a restart."""
    for name in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        text = _first_line(Path(name))
        if text:
            return text
    return socket.gethostname()


@cache
def boot_id() -> str:
    """An id of this boot of the machine."""
    text = _first_line(Path("/proc/sys/kernel/random/boot_id"))
    if text:
        return text
    import psutil

    return str(int(psutil.boot_time()))


def start_ticks(pid: int) -> int:
    """When the kernel started ``pid``, in clock ticks since boot; 0 when there is no such one."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


def host() -> str:
    """The name of this machine."""
    return socket.gethostname()


def python_version() -> str:
    """``3.12.1`` and the like."""
    return platform.python_version()


def prctl(option: int, value: int) -> None:
    """Set a property of this process; does nothing where there is no prctl."""
    if sys.platform == "linux":
        _libc().prctl(option, value, 0, 0, 0)


def prefer_as_victim() -> None:
    """Tell the kernel to kill this process, and what it starts, first when memory runs out.

    Before those it was started by in any case, however little they are spared themselves.
    """
    score = Path("/proc/self/oom_score_adj")
    try:
        inherited = int(score.read_text(encoding="ascii"))
        score.write_text(str(min(1000, max(800, inherited + 100))), encoding="ascii")
    except OSError:
        return  # not Linux, or not allowed: the kernel chooses by itself


def oom_kills() -> int:
    """How many processes the kernel of this machine has ended because memory ran out."""
    try:
        text = Path("/proc/vmstat").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^oom_kill ([0-9]+)$", text, re.MULTILINE)
    return int(found[1]) if found else 0


def flush_c_streams() -> None:
    """Write out what C code left in its buffers."""
    _libc().fflush(None)


def unbuffer_c_streams() -> None:
    """Make C's stdout flush at each line, as it does on a terminal."""
    line_buffered = 1
    try:
        stdout = ctypes.c_void_p.in_dll(_libc(), "stdout")
    except ValueError:
        return  # this C library has no such symbol; what it buffers comes at the end
    _libc().setvbuf(stdout, None, line_buffered, 0)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
