"""The results of a run with their whole values, as a stream of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from athanor.harness.records import to_json
from athanor.server.answers import encoded
from athanor.server.files import chunks_of
from athanor.server.models.export import MEDIA_TYPES, ExportedResult
from athanor.server.models.results import ValuesAsked
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athanor.domain.output import Result

router = APIRouter(prefix="/runs/{run_id}/values", tags=["results"])

NDJSON = MEDIA_TYPES["ndjson"]


@router.get(
    "",
    operation_id="list_values",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "One JSON object a line, each a result with its whole value.",
            "model": ExportedResult,
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **problems(404),
    },
)
def list_values(
    run_id: RunId, asked: Annotated[ValuesAsked, Query()], harness: Opened
) -> StreamingResponse:
    """Results with their whole values in order of time: all, those of a key, the newest."""
    found: Iterable[Result]
    if asked.newest is None:
        found = harness.iterate_results(run_id, key=asked.key)
    else:
        found = harness.list_results(run_id, key=asked.key, limit=asked.newest)
    chunks = chunks_of(
        lambda file: file.writelines(encoded(to_json(result)) + b"\n" for result in found)
    )
    return StreamingResponse(chunks, media_type=NDJSON)
