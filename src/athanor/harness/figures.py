"""The key figures of a run: the numbers it ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor.harness.comparison import numbers
from athanor.store import results
from athanor.store.paging import cursor

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from athanor.domain.output import Result
    from athanor.harness.comparison import Figure

ENDINGS = ("summary", "return_value")
"""The results that say how a run went as a whole."""

_COUNTED = 10_000
_KEYS = 1000
_LARGEST = 1 << 16
_BEYOND_ALL = (1 << 31, 1 << 62)


def figures(c: Connection, run_id: str, only: Collection[str] | None = None) -> dict[str, Figure]:
    """Numeric leaves of the last value of each key, by dotted path, the key first.

    ``summary`` and ``return_value`` come first, then keys that came several times, then the others;
    1000 keys are looked at, and values over 64 KiB are left out. With ``only``, just these keys.
    """
    counted = dict(results.key_counts(c, run_id, limit=_COUNTED).items) if only is None else {}
    found: dict[str, Figure] = {}
    ranked = sorted(counted, key=lambda key: _rank(key, counted))
    for key in only if only is not None else ranked[:_KEYS]:
        last = _last(c, run_id, key)
        if last is not None:
            found |= numbers(last.value, key)
    return found


def _rank(key: str, counted: dict[str, int]) -> int:
    """Keys of one rank stay in their order."""
    if key in ENDINGS:
        return ENDINGS.index(key)
    return len(ENDINGS) + (counted[key] == 1)


def _last(c: Connection, run_id: str, key: str) -> Result | None:
    """The newest result of a key, unless it is too large."""
    before = cursor(key, *_BEYOND_ALL)
    page = results.page(c, run_id, limit=1, order="key", descending=True, after=before)
    found = [summary for summary in page.items if summary.key == key and summary.size <= _LARGEST]
    return results.get(c, run_id, found[0].id) if found else None
