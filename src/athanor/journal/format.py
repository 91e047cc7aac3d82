"""The kinds of line a journal holds, and how one becomes bytes.

A line's byte offset is its sequence number. ``ts`` is UTC microseconds since the epoch, for
people: the order is the offset. Values travel as raw JSON, so that a reader which only stores
them never takes them apart.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from athanor.domain.usage import GpuUsage

LevelName = Literal["debug", "info", "warn", "error"]


class Started(msgspec.Struct, tag_field="t", tag="started", frozen=True, omit_defaults=True):
    """The runner holds its lock. ``start_ticks`` is the kernel's, for telling a reused pid.

    The limits are those it holds the run to, whatever becomes of the instance meanwhile.
    """

    ts: int
    pid: int
    start_ticks: int
    boot_id: str
    machine_id: str
    host: str
    python: str
    athanor: str
    time_limit_s: float | None = None
    memory_limit_bytes: int | None = None


class Surroundings(msgspec.Struct, tag_field="t", tag="surroundings", frozen=True):
    """Git, packages and hardware, gathered beside the start of the work."""

    ts: int
    facts: msgspec.Raw


class Configured(msgspec.Struct, tag_field="t", tag="configured", frozen=True):
    """What the run really uses, where that differs from what it was given."""

    ts: int
    configuration: msgspec.Raw


NULL = msgspec.Raw(b"null")


class Log(msgspec.Struct, tag_field="t", tag="log", frozen=True, gc=False):
    """A log entry; no metadata is JSON null."""

    ts: int
    level: LevelName
    message: str
    metadata: msgspec.Raw = NULL


class Result(msgspec.Struct, tag_field="t", tag="result", frozen=True, gc=False):
    """A result."""

    ts: int
    key: str
    value: msgspec.Raw


class Progress(msgspec.Struct, tag_field="t", tag="progress", frozen=True):
    """The newest progress, written by the runner from the shared slot."""

    ts: int
    current: int
    total: int
    message: str | None = None


class CancelRequested(msgspec.Struct, tag_field="t", tag="cancel_requested", frozen=True):
    """A cancel was asked for; written before it is acted on."""

    ts: int
    force: bool = False


class LimitExceeded(msgspec.Struct, tag_field="t", tag="limit_exceeded", frozen=True):
    """A limit was passed; written before it is acted on.

    A limit of time is in ``seconds``. Of memory, ``limit_bytes`` is the limit and ``used_bytes``
    what was in use; ``by_kernel`` when it was the kernel that ended the run's processes for it.
    """

    ts: int
    limit: Literal["time_limit", "memory_limit"]
    seconds: float | None = None
    limit_bytes: int | None = None
    used_bytes: int | None = None
    by_kernel: bool = False


class Usage(msgspec.Struct, tag_field="t", tag="usage", frozen=True):
    """What the whole tree of the run uses, the ``number``-th sample, from 1.

    ``cpu_percent`` is of one core since the sample before.
    """

    ts: int
    number: int
    cpu_percent: float
    cpu_s: float
    memory_bytes: int
    peak_memory_bytes: int
    processes: int
    gpus: tuple[GpuUsage, ...] = ()


class Completed(msgspec.Struct, tag_field="t", tag="completed", frozen=True):
    """The work is done: said by the author (explicit) or by returning."""

    ts: int
    explicit: bool = True


class Failed(msgspec.Struct, tag_field="t", tag="failed", frozen=True):
    """The work failed: said by the author (explicit) or by raising."""

    ts: int
    error: str
    explicit: bool = True


class Cancelled(msgspec.Struct, tag_field="t", tag="cancelled", frozen=True):
    """The work stopped because it was asked to."""

    ts: int


class Exited(msgspec.Struct, tag_field="t", tag="exited", frozen=True):
    """The task is gone and its leftovers are swept; the last line of an attempt.

    Memory and processor time are of the whole tree. ``oom_killed``: the task got a SIGKILL, and the
    kernel of the machine had ended processes in that moment because memory ran out.
    """

    ts: int
    code: int | None
    signal: int | None
    peak_memory_bytes: int
    cpu_s: float
    duration_s: float
    stderr: str = ""
    oom_killed: bool = False


FinalWord = Completed | Failed | Cancelled
Line = (
    Log
    | Result
    | Progress
    | Started
    | Surroundings
    | Configured
    | CancelRequested
    | LimitExceeded
    | Usage
    | Completed
    | Failed
    | Cancelled
    | Exited
)

encode = msgspec.json.Encoder().encode
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
decode = _decoder.decode
"""One line as a value; ``msgspec.DecodeError`` for what is none."""


def raw(value: Any) -> msgspec.Raw:
    """``value``, already plain JSON, as raw JSON."""
    return msgspec.Raw(encode(value))
