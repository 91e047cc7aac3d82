"""How a run ends: from what its journal and the system say to a status and an error.

The first final word, by offset, decides. Unknown is never a verdict: this is asked only when the
task is known to be gone.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Literal

from athanor.domain.run import RunStatus

Word = Literal["completed", "failed", "cancelled", "limit"]
LONGEST_ERROR_CHARACTERS = 1 << 16
"""Every list of runs and every event about a run carries its error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How the task went, as its runner saw it."""

    code: int | None = None
    signal: int | None = None
    stderr: str = ""
    oom_killed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is known about the end of an attempt; grows as its journal is read.

    ``word`` is the first final word, ``explicit`` when the author said it with ``complete()`` or
    ``fail()``. ``cancel_asked`` is true once a cancel was asked for, ``cancel_first`` when that was
    before the final word. ``heard_us``
    is the time of the newest line, in microseconds since the epoch.
    """

    started: bool = False
    word: Word | None = None
    explicit: bool = False
    error: str | None = None
    cancel_asked: bool = False
    cancel_first: bool = False
    forced: bool = False
    exit: Exit | None = None
    heard_us: int = 0

    @property
    def decided(self) -> bool:
        """A final word was said: the run is finishing."""
        return self.word is not None


def verdict(ending: Ending, missing: str = "its runner is gone") -> tuple[RunStatus, str | None]:
    """The final status and error; ``missing`` says what is known when nothing was said."""
    if ending.explicit and ending.word == "completed":
        return RunStatus.COMPLETED, None
    if ending.explicit and ending.word == "failed":
        return RunStatus.FAILED, ending.error
    if ending.cancel_first or ending.word == "cancelled":
        return RunStatus.CANCELLED, None
    if ending.word == "completed":
        return RunStatus.COMPLETED, None
    return RunStatus.FAILED, _reason(ending, missing)


def _reason(ending: Ending, missing: str) -> str | None:
    if ending.word == "limit":
        return _with_stderr(ending.error or "", ending.exit)
    return ending.error if ending.word is not None else _unsaid(ending, missing)


def _unsaid(ending: Ending, missing: str) -> str:
    if ending.exit is None:
        return f"Ended without a word: {missing}."
    if ending.exit.signal is not None:
        hint = _RAN_OUT if ending.exit.oom_killed else _hint(ending.exit.signal)
        cause = f"Killed by {signal_name(ending.exit.signal)}{hint}"
    else:
        cause = f"The process exited with code {ending.exit.code} without a final word"
    return _with_stderr(cause + ".", ending.exit)


def _with_stderr(error: str, exit_: Exit | None) -> str:
    if exit_ is None or not exit_.stderr:
        return error
    return f"{error} Last lines of stderr:\n{exit_.stderr}"


_RAN_OUT = ": out of memory, for want of which the kernel ended processes in that moment"


def signal_name(number: int) -> str:
    """``SIGKILL (signal 9)``; just the number for one without a name."""
    try:
        return f"{signal.Signals(number).name} (signal {number})"
    except ValueError:
        return f"signal {number}"


def _hint(number: int) -> str:
    hints = {
        signal.SIGKILL: ", by hand or because memory ran out",
        signal.SIGSEGV: ": a segmentation fault in native code",
        signal.SIGXCPU: ": its limit of processor time",
    }
    return hints.get(signal.Signals(number), "") if number in set(signal.Signals) else ""


def excerpt(error: str) -> str:
    """An error's beginning and its end, where it is too long to be carried about whole."""
    half = LONGEST_ERROR_CHARACTERS // 2
    left_out = len(error) - 2 * half
    if left_out <= 0:
        return error
    said = f"[{left_out:,} characters left out; the journal of the run has them]"
    return f"{error[:half]}\n… {said} …\n{error[-half:]}"
