"""Pages by key: a page says where the next one begins, so that no row is counted to be skipped."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, tuple_

from athanor.domain.page import Page
from athanor.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Number = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""What a cursor may hold, narrow enough for every database: anybody may make one up."""

T = TypeVar("T")
R = TypeVar("R")


def page_of(
    rows: Sequence[R], limit: int, value: Callable[[R], T], key: Callable[[R], tuple[Any, ...]]
) -> Page[T]:
    """A page of at most ``limit`` values from up to ``limit + 1`` rows."""
    kept = rows[:limit]
    following = cursor(*key(kept[-1])) if kept and len(rows) > limit else None
    return Page([value(row) for row in kept], following)


def cursor(*parts: Any) -> str:
    """An opaque text for a place in a list."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def place(text: str, kind: Any) -> Any:
    """What ``cursor`` was made of, checked to be a ``kind``; InvalidInput for another text."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=kind)
    except (binascii.Error, ValueError):
        raise InvalidInput(
            f"Expected a cursor that a listing returned, got {text[:80]!r}; "
            "start again without one."
        ) from None


def beyond(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool
) -> ColumnElement[bool]:
    """The rows that come after ``values`` in the order of ``columns``."""
    left, right = tuple_(*columns), tuple_(*values)
    return left < right if descending else left > right


def successor(prefix: str) -> str | None:
    """The least text after all that begin with ``prefix``; None when there is none."""
    while prefix:
        code = ord(prefix[-1]) + 1
        prefix = prefix[:-1]
        if code <= 0x10FFFF:
            return prefix + chr(0xE000 if 0xD800 <= code < 0xE000 else code)
    return None


def prefixed(column: ColumnElement[str], prefix: str) -> list[ColumnElement[bool]]:
    """The conditions under which ``column`` begins with ``prefix``, as a range of an index."""
    end = successor(prefix)
    found: list[ColumnElement[bool]] = [column >= prefix]
    return found if end is None else [*found, column < end]
