"""The error for a key that no result of a run has, in the same words from every door."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from athanor.domain.identifier import short_id
from athanor.errors import ResultNotFound

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench

_LOOKED_AT = 200
"""So many of the newest results tell which keys there are."""


def no_result(workbench: Workbench, run_id: str, key: str) -> ResultNotFound:
    """That there is none, with the nearest of the keys that there are."""
    run = workbench.get_run(run_id)
    newest = workbench.list_result_summaries(run.id, limit=_LOOKED_AT, descending=True).items
    near = get_close_matches(key, {result.key for result in newest}, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    yet = " None is there yet: the run is live." if run.status.live else ""
    return ResultNotFound(
        f"No result found with key: {key}.{yet}{hint} "
        f"`athanor results {short_id(run.id)}` shows those there are."
    )
