"""The numbers a run ends with, for its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from athanor.domain.run import Run
    from athanor.harness import Harness

_KEYS = ("summary", "return_value")
_LARGEST = 1 << 16


def figures_of(harness: Harness, run: Run) -> dict[str, Any]:
    """The numeric leaves of the results ``summary`` and ``return_value``, by dotted path."""
    from athanor.harness.comparison import numbers

    found: dict[str, Any] = {}
    for key in _KEYS:
        for result in harness.get_results_by_key(run.id, key)[-1:]:
            if result.size <= _LARGEST:
                found |= numbers(result.value, "" if key == "summary" else key)
    return found
