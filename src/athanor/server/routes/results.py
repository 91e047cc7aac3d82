"""The results of a run: summaries in lists, values whole or part by part."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from athanor.harness.parts import part_of
from athanor.server.models.answer import Page
from athanor.server.models.results import (
    Part,
    PartAsked,
    ResultDetails,
    ResultInList,
    ResultOrigin,
    ResultsAsked,
)
from athanor.server.openapi import problems
from athanor.server.opened import Opened, ResultId, RunId

router = APIRouter(prefix="/runs/{run_id}/results", tags=["results"])


@router.get(
    "", operation_id="list_results", response_model=Page[ResultInList], responses=problems(404)
)
def list_results(run_id: RunId, asked: Annotated[ResultsAsked, Query()], harness: Opened) -> Any:
    """Results by time or by key, without their values or with the small ones."""
    listed = harness.list_small_results if asked.values else harness.list_result_summaries
    return listed(
        run_id,
        key_prefix=asked.key_prefix,
        order=asked.order,
        descending=asked.descending,
        limit=asked.limit,
        cursor=asked.cursor,
    )


@router.get(
    "/{result_id}",
    operation_id="get_result",
    response_model=ResultDetails,
    responses={304: {"description": "It is what you have."}, **problems(404)},
)
def get_result(  # noqa: PLR0917 - FastAPI passes them by name
    run_id: RunId,
    result_id: ResultId,
    asked: Annotated[PartAsked, Query()],
    harness: Opened,
    request: Request,
    response: Response,
) -> Any:
    """A result and its value; of a large one the part at a path, whose children say their paths.

    A result never changes: who has its `ETag` is answered 304.
    """
    tag = f'"{result_id}"'
    found = harness.get_result(run_id, result_id)
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    part = part_of(
        found.value, asked.path, max_chars=asked.max_chars, first=asked.first, limit=asked.limit
    )
    response.headers["etag"] = tag
    origin = ResultOrigin.model_validate(found)
    return ResultDetails(**dict(origin), part=Part.model_validate(part))
