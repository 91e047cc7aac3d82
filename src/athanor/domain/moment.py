"""Time: UTC, microseconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def now_us() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


def from_us(microseconds: int) -> datetime:
    """A moment from microseconds since the epoch, without the rounding of a float."""
    return _EPOCH + timedelta(microseconds=microseconds)


def in_utc(moment: datetime) -> datetime:
    """The same moment; one without a time zone is read as UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def shown(moment: datetime) -> str:
    """A moment in UTC as every door gives it: ISO 8601, with a Z at its end."""
    return moment.isoformat().replace("+00:00", "Z")
