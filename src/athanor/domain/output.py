"""What a run said: log lines and results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """The four levels of a log line."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One row of ``run_logs``; ``line`` counts from 1 within the run, without gaps."""

    id: str
    run_id: str
    attempt: int
    seq: int
    line: int
    level: Level
    message: str
    metadata: dict[str, Any] | None
    timestamp: datetime
    inserted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row of ``run_results``; ``size`` is that of the JSON text in bytes."""

    id: str
    run_id: str
    attempt: int
    seq: int
    key: str
    value: Any
    size: int
    timestamp: datetime
    inserted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSummary:
    """A result without its value: enough for a list, whatever the value's size."""

    id: str
    run_id: str
    attempt: int
    seq: int
    key: str
    size: int
    preview: str
    timestamp: datetime
    inserted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultInList(ResultSummary):
    """A summary with the value if it is ``whole``, which small ones are; else None."""

    value: Any
    whole: bool


def output_id(run_id: str, attempt: int, seq: int) -> str:
    """The UUID (version 8) of what ``run_id`` said at byte ``seq`` of an attempt's journal.

    It is made of the three parts, so it costs no column and can be taken apart again.
    """
    offset = f"{seq:012x}"
    return f"{offset[:8]}-{offset[8:]}-8{attempt:03x}-{run_id[19:]}"


def output_position(identifier: str) -> tuple[int, int]:
    """The ``(attempt, seq)`` inside an id made by ``output_id``."""
    return int(identifier[15:18], 16), int(identifier[:8] + identifier[9:13], 16)
