"""Times, sizes and texts in the words people read."""

from __future__ import annotations

import json
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

from athanor.domain.moment import now

if TYPE_CHECKING:
    from datetime import datetime

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """``text`` of a run without anything that could steer a terminal; newlines and tabs stay."""
    if text.isprintable():
        return text
    text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text).expandtabs(4)


def one_line(text: str, width: int = 80) -> str:
    """``text`` on one line, cut with an ellipsis."""
    line = " ".join(clean(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def duration(seconds: float) -> str:
    """``999ms``, ``1.2s``, ``3m 5s``, ``2h 4m``."""
    if seconds < 0.9995:
        return f"{max(0, seconds) * 1000:.0f}ms"
    if seconds < 59.95:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest}s"
    return f"{minutes // 60}h {minutes % 60}m"


def clock(seconds: float) -> str:
    """``0:07``, ``12:30``, ``1:02:03``: for figures that change in place."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def rate(per_second: float) -> str:
    """``12.3/s``, or ``4.5/min`` for what is slow."""
    return f"{per_second:,.1f}/s" if per_second >= 1 else f"{per_second * 60:,.1f}/min"


def ago(moment: datetime, at: datetime | None = None) -> str:
    """``just now``, ``5 min ago``, ``3 hours ago``, ``2 days ago``, then the date."""
    at = at or now()
    seconds = (at - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86400:
        return number(int(seconds // 3600), "hour") + " ago"
    if seconds < 7 * 86400:
        return number(int(seconds // 86400), "day") + " ago"
    local = _local(moment)
    same_year = local.year == _local(at).year
    return f"{local:%b} {local.day}" if same_year else f"{local:%b} {local.day}, {local.year}"


def stamp(moment: datetime | None) -> str:
    """A moment in the local time zone, to the second."""
    return "-" if moment is None else f"{_local(moment):%Y-%m-%d %H:%M:%S %Z}".rstrip()


def time_of_day(moment: datetime) -> str:
    """``HH:MM:SS.mmm``, local."""
    return _local(moment).isoformat(timespec="milliseconds")[11:23]


def _local(moment: datetime) -> datetime:
    """In the local time zone; in UTC where TZ names none that there can be (``UTC+99``)."""
    try:
        return moment.astimezone()
    except ValueError:
        return moment.astimezone(UTC)


def size(count: int) -> str:
    """``12 B``, ``3.4 KB``, ``5.6 MB``."""
    amount = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"


def awaited(waits_for: str | None) -> str:
    """What a queued run waits for beside its turn, behind its place: ``, for 2 GPUs (1 free)``."""
    return f", for {waits_for}" if waits_for else ""


def number(count: int, noun: str, nouns: str | None = None) -> str:
    """``1 run``, ``1,000 runs``; ``nouns`` where an s does not make it."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def figure(value: Any) -> str:
    """A number as people read it, at most six significant digits; other values as JSON."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return plain(value)


def plain(value: Any) -> str:
    """A value on one line: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def pairs(values: dict[str, Any]) -> str:
    """``key=value key=value``; texts with spaces are quoted."""
    return " ".join(f"{clean(key)}={_quoted(value)}" for key, value in values.items())


def _quoted(value: Any) -> str:
    if isinstance(value, str) and value and not re.search(r"[\s\"'=]", value):
        return clean(value)
    return clean(json.dumps(value, ensure_ascii=False, default=str))
