"""Gathering a listing from its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = 500


def collected(
    listing: Callable[..., Any], limit: int | None, **wanted: Any
) -> tuple[list[Any], bool]:
    """The first ``limit`` items of a listing, or all of them; and whether there are more.

    ``listing`` takes ``limit`` and ``cursor`` besides what is wanted, and gives a page.
    """
    found: list[Any] = []
    cursor = None
    while limit is None or len(found) < limit:
        room = _PAGE if limit is None else min(_PAGE, limit - len(found))
        page = listing(**wanted, limit=room, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    return found, cursor is not None
