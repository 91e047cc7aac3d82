"""Finding things by a part of their id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, and_, or_

from athanor.store.paging import prefixed

_SHORTEST = 4
_ALPHABET = frozenset("0123456789abcdef-")


def by_fragment(column: Column[Any], text: str) -> ColumnElement[bool] | None:
    """Ids that begin or end with ``text``; None when it is too short or cannot be part of one."""
    text = text.strip().lower()
    if len(text) < _SHORTEST or not _ALPHABET.issuperset(text):
        return None
    return or_(and_(*prefixed(column, text)), column.like("%" + text))
