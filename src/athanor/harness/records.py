"""Records as plain JSON values, the same for every door, and back."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from athanor.domain.events import Event, RunUpdated
from athanor.domain.moment import shown
from athanor.domain.run import LogCounts, Progress, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPUTED: dict[Any, tuple[str, ...]] = {
    Progress: ("percent",),
    LogCounts: ("total",),
    Run: ("cancelling", "duration_s"),
}


_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def to_json(value: Any) -> Any:
    """``value`` as JSON can say it: records as objects, moments as ISO 8601, statuses as words.

    TypeError for what has no such form.
    """
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if isinstance(value, dict):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(part) for part in value]
    if kind is datetime:
        return shown(value)
    if names := _names(kind):
        return {name: to_json(getattr(value, name)) for name in names}
    return _other(value)


def event_json(event: Event) -> dict[str, Any]:
    """An event as ``{"event": "logs_added", …}``; runs without their ``metadata``.

    That is the packages and more, which stay the same from event to event.
    """
    if isinstance(event, RunUpdated):
        return {"event": "run_updated", "run": run_in_list(event.run)}
    fields: dict[str, Any] = to_json(event)
    return {"event": _event_name(event), **fields}


def run_in_list(run: Run) -> dict[str, Any]:
    """A run as lists and events show it."""
    found: dict[str, Any] = to_json(run)
    del found["metadata"]
    return found


def from_json(kind: Any, value: Any) -> Any:
    """The record of a kind that ``to_json`` has made ``value`` of.

    What is computed, or not known to this version, is left out. ValueError for what is no such
    record.
    """
    import msgspec

    return msgspec.convert(value, kind, dec_hook=_from_text)


def event_from_json(fields: Mapping[str, Any]) -> Event:
    """The event that ``event_json`` has made these of; ValueError for what is none."""
    kind = _EVENTS.get(fields.get("event", ""))
    if kind is None:
        raise ValueError(f"Expected an event, got {str(fields)[:200]}")
    event: Event = from_json(kind, fields)
    return event


def _from_text(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise NotImplementedError(kind)


def _event_name(event: Event) -> str:
    return _named(type(event))


def _named(kind: type) -> str:
    """``LogsAdded`` is ``logs_added``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


_EVENTS: dict[str, Any] = {_named(kind): kind for kind in get_args(Event)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """What a kind of record has, its computed facts last; empty for what is no record."""
    if not is_dataclass(kind):
        return ()
    return (*(field.name for field in fields(kind)), *_COMPUTED.get(kind, ()))


def _other(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"Expected a record or a JSON value, got {type(value).__name__}")
