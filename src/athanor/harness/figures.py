"""The key figures of a run: the numbers it ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor.harness.comparison import ENDINGS, numbers
from athanor.store import results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from athanor.harness.comparison import Figure

_KEYS = 1000
_LARGEST = 1 << 16


def figures(c: Connection, run_id: str, only: Sequence[str] | None = None) -> dict[str, Figure]:
    """Numeric leaves of the last value of each key, by dotted path, the key first.

    ``summary`` and ``return_value`` come first, then keys that came several times, then the others.
    With ``only``, just these keys. 1000 keys are looked at; values over 64 KiB are left out.
    """
    keys = _keys(c, run_id) if only is None else only
    last = {found.key: found.value for found in results.last_by_key(c, run_id, keys, _LARGEST)}
    found: dict[str, Figure] = {}
    for key in keys:
        found |= numbers(last.get(key), key)
    return found


def _keys(c: Connection, run_id: str) -> list[str]:
    """Those of one kind stay in their order."""
    counted = dict(results.key_counts(c, run_id, limit=_KEYS).items)
    counted |= dict.fromkeys(ENDINGS, 1)
    return sorted(counted, key=lambda key: (key not in ENDINGS, counted[key] == 1))
