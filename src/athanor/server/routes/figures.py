"""The key figures of a run."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from athanor.server.models.figures import Figures, FiguresAsked
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId

router = APIRouter(prefix="/runs/{run_id}/figures", tags=["results"])


@router.get("", operation_id="list_figures", response_model=Figures, responses=problems(404))
def list_figures(run_id: RunId, asked: Annotated[FiguresAsked, Query()], harness: Opened) -> Any:
    """The key figures: the numbers in the last value of each key; lists are left out."""
    return {"items": harness.figures(run_id, asked.key or None)}
