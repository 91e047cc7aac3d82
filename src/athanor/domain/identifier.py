"""Ids: UUID version 7, so that the order of ids is the order of creation."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from typing import TYPE_CHECKING

from athanor.domain.moment import to_us
from athanor.errors import InvalidId

if TYPE_CHECKING:
    from datetime import datetime

_lock = threading.Lock()
_last_stamp = 0


def new_id() -> str:
    """A new UUIDv7 as text; two made by one process never compare the wrong way round.

    RFC 9562, method 3: 48 bits of milliseconds, then 12 bits of the fraction of one.
    """
    global _last_stamp  # noqa: PLW0603 - the monotonic clock of one process
    with _lock:
        stamp = time.time_ns() * 4096 // 1_000_000
        _last_stamp = stamp = max(stamp, _last_stamp + 1)
    milliseconds, fraction = divmod(stamp, 4096)
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7000 << 64 | fraction << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def first_id_at(moment: datetime) -> str:
    """The least id that ``new_id`` could make at a moment, to find what was made since."""
    stamp = min(max(to_us(moment), 0) * 4096 // 1000, (1 << 60) - 1)
    milliseconds, fraction = divmod(stamp, 4096)
    return str(uuid.UUID(int=milliseconds << 80 | 0x7000 << 64 | fraction << 64 | 0b10 << 62))


def parse_id(text: str) -> str:
    """``text`` as a canonical UUID, or InvalidId."""
    try:
        return str(uuid.UUID(text))
    except (ValueError, AttributeError, TypeError):
        raise InvalidId(
            f"Expected a UUID as id, got {text!r}; copy it from a listing such as `athanor runs`."
        ) from None


def short_id(identifier: str) -> str:
    """The last eight characters: in a UUIDv7 the first ones are the clock."""
    return identifier[-8:]
