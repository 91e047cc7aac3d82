"""From lines of a journal to rows and to what is known of the run: a pure function.

Cutting the lines differently changes nothing: what one chunk leaves to the next is the ending
and the number of its last line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from athanor.domain import size
from athanor.domain.moment import from_us, to_us
from athanor.domain.verdict import Ending, Exit, excerpt
from athanor.journal import format as said
from athanor.store.columns import moment_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LOG_COLUMNS = (
    "run",
    "line",
    "attempt",
    "seq",
    "level",
    "message",
    "metadata",
    "timestamp",
    "inserted_at",
)
RESULT_COLUMNS = (
    "run_id",
    "attempt",
    "seq",
    "key",
    "size",
    "preview",
    "timestamp",
    "inserted_at",
    "value",
)
USAGE_FIGURES = ("cpu_percent", "cpu_s", "memory_bytes", "peak_memory_bytes", "processes")
USAGE_COLUMNS = ("run_id", "attempt", "number", "timestamp", *USAGE_FIGURES, "gpus")
PREVIEW_CHARACTERS = 200
LARGEST_VALUE_BYTES = 500_000_000
"""A row of PostgreSQL's COPY has room for twice as much, and each byte may need an escape; the
journal keeps all."""
_LEVEL = LOG_COLUMNS.index("level")
_LAST_US = 253_402_300_799_999_999  # the end of the year 9999


@dataclass(slots=True)
class Fold:
    """What lines add up to. Rows are tuples of what a database stores, in order of time.

    ``key`` stands for the run in its log rows, see ``columns.RunKey``. ``metadata`` is merged into
    the run's; ``progress``, ``usage``, ``configuration`` and ``started_at`` are None when nothing
    was said of them.
    """

    run_id: str
    key: int | str
    attempt: int
    line: int
    inserted_at: datetime
    ending: Ending
    logs: list[tuple[Any, ...]] = field(default_factory=list)
    results: list[tuple[Any, ...]] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    samples: list[tuple[Any, ...]] = field(default_factory=list)
    progress: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    configuration: dict[str, Any] | None = None
    started_at: datetime | None = None
    skipped: int = 0

    def level_counts(self) -> dict[str, int]:
        """How many log rows there are of each level."""
        levels = [row[_LEVEL] for row in self.logs]
        return {level: levels.count(level) for level in ("debug", "info", "warn", "error")}

    def log(self, seq: int, ts: int, level: str, message: str) -> None:
        """A log row that the fold itself has to say."""
        self.line += 1
        at, inserted = _clamped(ts), to_us(self.inserted_at)
        row = (self.key, self.line, self.attempt, seq, level, message, None, at, inserted)
        self.logs.append(row)


def fold(
    lines: list[tuple[int, said.Line]],
    *,
    run_id: str,
    attempt: int,
    last_line: int,
    ending: Ending,
    inserted_at: datetime,
    key: int | str = "",
) -> Fold:
    """Fold lines, each with its offset, into rows that follow line ``last_line`` of the run."""
    into = Fold(run_id, key, attempt, last_line, inserted_at, ending)
    inserted_us = to_us(inserted_at)
    add = into.logs.append
    for seq, line in lines:
        try:
            if type(line) is said.Log:  # in place: said a million times in a run
                metadata = None if line.metadata is said.NULL else str(line.metadata, "utf-8")
                into.line = number = into.line + 1
                add(
                    (
                        key,
                        number,
                        attempt,
                        seq,
                        line.level,
                        line.message,
                        None if metadata == "null" else metadata,
                        line.ts if 0 <= line.ts <= _LAST_US else _clamped(line.ts),
                        inserted_us,
                    )
                )
            else:
                _STEPS[type(line)](into, seq, line)
        except (UnicodeDecodeError, msgspec.DecodeError):
            into.skipped += 1
    if lines:
        into.ending = replace(into.ending, heard_us=_clamped(lines[-1][1].ts))
    return into


def _clamped(ts: int) -> int:
    """A moment that a calendar can show, whatever a damaged line says."""
    return min(max(ts, 0), _LAST_US)


# --- rows ----------------------------------------------------------------------------------------


def _at(ts: int) -> str:
    return moment_text(_moment(ts))


def _result(into: Fold, seq: int, line: said.Result) -> None:
    size = memoryview(line.value).nbytes
    if size > LARGEST_VALUE_BYTES:
        into.log(seq, line.ts, "error", _too_large(line.key, size))
        return
    value = str(line.value, "utf-8")
    into.results.append(
        (
            into.run_id,
            into.attempt,
            seq,
            line.key,
            size,
            value[:PREVIEW_CHARACTERS],
            _at(line.ts),
            moment_text(into.inserted_at),
            value,
        )
    )


def _too_large(key: str, size: int) -> str:
    return (
        f"The result {key[:200]!r} has {size} bytes, more than a database takes "
        f"({LARGEST_VALUE_BYTES}); it is in the journal of the run only"
    )


# --- the run -------------------------------------------------------------------------------------


def _started(into: Fold, seq: int, line: said.Started) -> None:
    if not into.ending.started:
        into.started_at = _moment(line.ts)
    into.ending = replace(into.ending, started=True)
    into.metadata |= {
        "host": line.host,
        "pid": line.pid,
        "python": line.python,
        "athanor": line.athanor,
    }
    limits = {name: getattr(line, name) for name in ("time_limit_s", "memory_limit_bytes")}
    into.metadata |= {name: limit for name, limit in limits.items() if limit is not None}


def _moment(ts: int) -> datetime:
    return from_us(_clamped(ts))


def _surroundings(into: Fold, seq: int, line: said.Surroundings) -> None:
    into.metadata |= _mapping(line.facts)


def _configured(into: Fold, seq: int, line: said.Configured) -> None:
    into.configuration = _mapping(line.configuration)


def _mapping(raw: msgspec.Raw) -> dict[str, Any]:
    return msgspec.json.decode(raw, type=dict[str, Any])


def _progress(into: Fold, seq: int, line: said.Progress) -> None:
    into.progress = {
        "current": line.current,
        "total": line.total,
        "message": line.message,
        "updated_at": _moment(line.ts).isoformat(),
    }


def _usage(into: Fold, seq: int, line: said.Usage) -> None:
    gpus = msgspec.to_builtins(line.gpus)
    figures = (
        line.cpu_percent,
        line.cpu_s,
        line.memory_bytes,
        line.peak_memory_bytes,
        line.processes,
    )
    into.usage = dict(zip(USAGE_FIGURES, figures, strict=True))
    into.usage |= {"sampled_at": _moment(line.ts).isoformat(), "gpus": gpus}
    text = msgspec.json.encode(gpus).decode() if gpus else None
    at = _at(line.ts)
    into.samples.append((into.run_id, into.attempt, line.number, at, *figures, text))


# --- the end -------------------------------------------------------------------------------------


def _cancel_requested(into: Fold, seq: int, line: said.CancelRequested) -> None:
    ending = into.ending
    into.ending = replace(
        ending,
        cancel_asked=True,
        cancel_first=ending.cancel_first or not ending.decided,
        forced=ending.forced or line.force,
    )
    into.log(seq, line.ts, "warn", "Cancel requested (force)" if line.force else "Cancel requested")


def _limit_exceeded(into: Fold, seq: int, line: said.LimitExceeded) -> None:
    message = _exceeded(line)
    if not into.ending.decided:
        into.ending = replace(into.ending, word="limit", error=message + ".")
    into.log(seq, line.ts, "warn", message)


def _exceeded(line: said.LimitExceeded) -> str:
    if line.limit == "time_limit":
        return f"Exceeded its time limit of {line.seconds or 0:g} s"
    limit = size.text(line.limit_bytes or 0)
    if line.by_kernel:
        return f"Out of memory: ended by the kernel at its memory limit of {limit}"
    return f"Exceeded its memory limit of {limit} (used {size.text(line.used_bytes or 0)})"


def _completed(into: Fold, seq: int, line: said.Completed) -> None:
    if not into.ending.decided:
        into.ending = replace(into.ending, word="completed", explicit=line.explicit)
    elif line.explicit:
        into.log(seq, line.ts, "info", "Said that it is complete, after its final word")


def _failed(into: Fold, seq: int, line: said.Failed) -> None:
    ending = into.ending
    first = not ending.decided
    if first:
        error = excerpt(line.error)
        into.ending = replace(ending, word="failed", explicit=line.explicit, error=error)
    # The verdict will be cancelled, which has no error: this is where the text is kept.
    unsaid = ending.cancel_first and not line.explicit
    if unsaid or not first:
        into.log(seq, line.ts, "error", line.error)


def _cancelled(into: Fold, seq: int, line: said.Cancelled) -> None:
    if not into.ending.decided:
        into.ending = replace(into.ending, word="cancelled")
    else:
        into.log(seq, line.ts, "info", "Stopped because it was asked to, after its final word")


def _exited(into: Fold, seq: int, line: said.Exited) -> None:
    exit_ = Exit(code=line.code, signal=line.signal, stderr=line.stderr, oom_killed=line.oom_killed)
    into.ending = replace(into.ending, exit=exit_)
    into.metadata |= {
        "exit_code": line.code,
        "exit_signal": line.signal,
        "peak_memory_bytes": line.peak_memory_bytes,
        "cpu_s": line.cpu_s,
        "duration_s": line.duration_s,
    }


_STEPS: dict[type, Callable[[Fold, int, Any], None]] = {
    said.Result: _result,
    said.Progress: _progress,
    said.Started: _started,
    said.Surroundings: _surroundings,
    said.Configured: _configured,
    said.CancelRequested: _cancel_requested,
    said.LimitExceeded: _limit_exceeded,
    said.Completed: _completed,
    said.Failed: _failed,
    said.Cancelled: _cancelled,
    said.Exited: _exited,
    said.Usage: _usage,
}
