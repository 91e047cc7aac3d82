"""What the process tree of a run uses now, read from ``/proc`` by hand: a sample must cost little.

Elsewhere than on Linux there is nothing to read, and so there are no samples.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_READ_BYTES = 1 << 16
_GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its processor time with that of the children it has waited for, its memory."""

    pid: int
    cpu_s: float
    resident_bytes: int


def below(parent: int, spared: int | None = None) -> list[Process]:
    """Every process below ``parent``, without ``spared`` and what is below that."""
    return [found for pid in _pids(parent, spared) if (found := _process(pid)) is not None]


def proportional_bytes(processes: Sequence[Process]) -> int:
    """Their memory, with pages that several of them share counted once.

    Forked workers share what their parent had loaded: the sum of what is resident would count it
    again for each. Asking the kernel for this costs a few milliseconds a resident gigabyte.
    """
    if len(processes) == 1:
        return processes[0].resident_bytes
    return sum(_proportional(process) for process in processes)


def _pids(parent: int, spared: int | None) -> Iterator[int]:
    for pid in _children(parent):
        if pid != spared:
            yield pid
            yield from _pids(pid, spared)


def _children(pid: int) -> list[int]:
    """Of every thread: any of them may have started a process."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except _GONE:
        return []
    texts = (_read(f"/proc/{pid}/task/{thread}/children") for thread in threads)
    return [int(child) for text in texts for child in text.split()]


def _process(pid: int) -> Process | None:
    # The name may hold anything, a closing parenthesis too; the figures stand behind the last one.
    figures = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    if not figures or figures[0] == b"Z":
        return None
    return Process(
        pid, sum(map(int, figures[11:15])) / _TICKS_A_SECOND, int(figures[21]) * _PAGE_BYTES
    )


def _proportional(process: Process) -> int:
    for line in _read(f"/proc/{process.pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return process.resident_bytes  # not ours to look at, or gone meanwhile


def _read(path: str) -> bytes:
    """What a file of ``/proc`` says; nothing for a process that is gone or not ours."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (*_GONE, PermissionError):
        return b""
    try:
        return os.read(fd, _READ_BYTES)
    except (*_GONE, PermissionError):
        return b""
    finally:
        os.close(fd)
