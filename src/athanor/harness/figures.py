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

ENDINGS = ("summary", "return_value")
"""The results that say how a run went as a whole."""

_KEYS = 200
_LARGEST = 1 << 16
_LARGEST_SINGLE = 64
_BEYOND_ALL = (1 << 31, 1 << 62)


def figures(
    c: Connection, run_id: str, only: Collection[str] | None = None
) -> dict[str, int | float]:
    """Numeric leaves by dotted path, the result's key first.

    Those of ``summary`` and ``return_value``, the last values of keys that came several times, and
    results that are a plain number; with ``only``, the last values of these keys. Of many keys the
    first 200 are looked at; values over 64 KiB are left out.
    """
    counted = dict(results.key_counts(c, run_id, limit=_KEYS).items)
    found: dict[str, int | float] = {}
    for key in only if only is not None else _in_order(counted):
        telling = key in ENDINGS or counted.get(key, 0) > 1 or only is not None
        last = _last(c, run_id, key, _LARGEST if telling else _LARGEST_SINGLE)
        if last is not None and (telling or not isinstance(last.value, dict)):
            found |= numbers(last.value, key)
    return found


def _in_order(counted: dict[str, int]) -> list[str]:
    return [*(key for key in ENDINGS if key in counted), *(k for k in counted if k not in ENDINGS)]


def _last(c: Connection, run_id: str, key: str, largest: int) -> Result | None:
    """The newest result of a key, unless it is larger than ``largest`` bytes."""
    before = cursor(key, *_BEYOND_ALL)
    page = results.page(c, run_id, limit=1, order="key", descending=True, after=before)
    found = [summary for summary in page.items if summary.key == key and summary.size <= largest]
    return results.get(c, run_id, found[0].id) if found else None
