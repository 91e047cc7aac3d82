"""Finding things by a part of their id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_

from athanor.store.paging import prefixed
from athanor.store.tables import id_end

if TYPE_CHECKING:
    from sqlalchemy import Table

SHORTEST = 4
_ALPHABET = frozenset("0123456789abcdef-")


def by_fragment(table: Table, text: str) -> list[ColumnElement[bool]]:
    """Ids that begin with ``text``, and ids that end with it: each is a range of an index.

    Nothing for a text that is too short or cannot be part of one.
    """
    text = text.strip().lower()
    if len(text) < SHORTEST or not _ALPHABET.issuperset(text):
        return []
    identifier = table.c.id
    end = and_(id_end(table) == text[-SHORTEST:], identifier.like("%" + text))
    return [and_(*prefixed(identifier, text)), end]
