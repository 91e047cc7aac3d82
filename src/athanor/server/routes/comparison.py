"""Runs side by side."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from athanor.server.models.comparison import Comparison, RunsToCompare
from athanor.server.openapi import problems
from athanor.server.opened import Opened

router = APIRouter(tags=["comparison"])


@router.get(
    "/compare", operation_id="compare_runs", response_model=Comparison, responses=problems(404)
)
def compare_runs(asked: Annotated[RunsToCompare, Query()], harness: Opened) -> Any:
    """In what runs differ, and their key figures side by side."""
    return harness.compare([run for run in asked.runs.split(",") if run])
