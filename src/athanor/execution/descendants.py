"""The processes a run has started: finding them and ending them, whatever they did to hide."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import psutil
from psutil import NoSuchProcess, Process

from athanor.domain.home import AttemptDirectory
from athanor.execution import tree
from athanor.execution.spec import COOKIE_VARIABLE

__all__ = ["NoSuchProcess", "Process", "any_below", "below", "leftovers", "send", "wait"]


def below(pid: int, spare_group: int | None = None) -> list[Process]:
    """Every process below ``pid``, without those of the process group ``spare_group``.

    A subreaper loses none of its descendants, whether they called setsid or not.
    """
    try:
        found = Process(pid).children(recursive=True)
    except NoSuchProcess:
        return []
    return [process for process in found if _group(process.pid) not in (None, spare_group)]


def any_below(pid: int, spared: int) -> bool:
    """Whether there is a process below ``pid``, without ``spared`` and what is below that.

    Cheap, and now and then blind to one whose sibling goes at the same moment: ask again.
    """
    if sys.platform == "linux":
        return bool(tree.below(pid, spared))
    return bool(below(pid, spared))


def _group(pid: int) -> int | None:
    """The process group of a process; None when it is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def send(processes: Iterable[Process], number: signal.Signals) -> int:
    """Signal each process that still is the one it was; how many got it."""
    count = 0
    for process in processes:
        try:
            process.send_signal(number)
            count += 1
        except (NoSuchProcess, psutil.AccessDenied):
            continue
    return count


def leftovers(
    directory: AttemptDirectory, cookie: str, session: int | None, spared: Collection[int] = ()
) -> Iterator[Process]:
    """Processes of an attempt whose runner is gone, without those whose pids are ``spared``.

    Known by their session, by the cookie in their environment, by holding the journal open for
    writing, or by the page of progress, which a forked daemon keeps when it has closed all else.
    """
    if session is not None and psutil.pid_exists(session):
        session = None  # the number was given to somebody else: that session is not ours
    for process in psutil.process_iter():
        if process.pid in spared:
            continue
        try:
            if _belongs(process, directory, cookie, session):
                yield process
        except (NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
            continue


def _belongs(
    process: Process, directory: AttemptDirectory, cookie: str, session: int | None
) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    if session is not None and os.getsid(process.pid) == session:
        return True
    if process.environ().get(COOKIE_VARIABLE) == cookie:
        return True
    if _maps(process.pid, directory.progress):
        return True
    journal = str(directory.journal)
    return any(
        opened.path == journal and getattr(opened, "mode", "r") != "r"
        for opened in process.open_files()
    )


def _maps(pid: int, path: Path) -> bool:
    try:
        return str(path) in Path(f"/proc/{pid}/maps").read_text("utf-8", "replace")
    except OSError:
        return False  # gone, not ours to look at, or a system that does not tell


def wait(processes: list[Process], timeout_s: float = 1.0) -> None:
    """Wait until the processes are gone, or the time is over."""
    psutil.wait_procs(processes, timeout=timeout_s)
