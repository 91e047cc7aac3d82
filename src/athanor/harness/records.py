"""Records as plain JSON values, the same for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from athanor.domain.run import LogCounts, Progress, Run

_COMPUTED: dict[type, tuple[str, ...]] = {
    Progress: ("percent",),
    LogCounts: ("total",),
    Run: ("cancelling", "duration_s"),
}


def to_json(value: Any) -> Any:
    """``value`` as JSON can say it: records as objects, moments as ISO 8601, statuses as words.

    TypeError for what has no such form.
    """
    if isinstance(value, Mapping):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"Expected a record or a JSON value, got {type(value).__name__}")


def _record(value: Any) -> dict[str, Any]:
    names = [field.name for field in fields(value)]
    names += _COMPUTED.get(type(value), ())
    return {name: to_json(getattr(value, name)) for name in names}
