"""The log lines of a run, from either end, and searching them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from athanor.server.models.logs import FoundLogs, Logs, LogsAsked, LogSearchAsked
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId

router = APIRouter(prefix="/runs/{run_id}/logs", tags=["logs"])


@router.get("", operation_id="list_logs", response_model=Logs, responses=problems(404))
def list_logs(run_id: RunId, asked: Annotated[LogsAsked, Query()], harness: Opened) -> Any:
    """Log lines of a run, between two line numbers, from the oldest or the newest on.

    Or from a row on, as a list counts them in which only some levels are shown.
    """
    run = harness.get_run(run_id)
    newest = asked.order == "newest"
    found = harness.list_logs(
        run.id,
        levels=asked.level or None,
        limit=asked.limit + 1,
        after_line=asked.after_line,
        before_line=asked.before_line,
        newest=newest,
        first_row=asked.first_row,
    )
    if newest:
        found.reverse()
    kept = found[: asked.limit]
    counts = run.log_counts
    return Logs(
        items=kept,
        total=sum(getattr(counts, level) for level in asked.level) if asked.level else counts.total,
        next_line=kept[-1].line if len(found) > len(kept) else None,
    )


@router.get(
    "/search", operation_id="search_logs", response_model=FoundLogs, responses=problems(404)
)
def search_logs(run_id: RunId, asked: Annotated[LogSearchAsked, Query()], harness: Opened) -> Any:
    """Log lines that contain a text. At most 50,000 lines are looked at; go on from there."""
    return harness.search_logs(
        run_id,
        asked.text,
        levels=asked.level or None,
        limit=asked.limit,
        after_line=asked.after_line,
        before_line=asked.before_line,
        newest=asked.order == "newest",
    )
