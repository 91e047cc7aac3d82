"""A run as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from athanor.domain.identifier import short_id
from athanor.server.files import chunks_of
from athanor.server.models.export import MEDIA_TYPES, ExportAsked, ExportedRun
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId

router = APIRouter(prefix="/runs/{run_id}/export", tags=["export"])


@router.get(
    "",
    operation_id="export_run",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file.",
            "model": ExportedRun,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for name, kind in MEDIA_TYPES.items()
                if name != "json"
            },
        },
        **problems(404),
    },
)
def export_run(
    run_id: RunId, asked: Annotated[ExportAsked, Query()], harness: Opened
) -> StreamingResponse:
    """A run with its results, and its logs if wanted (json and ndjson only).

    csv and parquet are tables of the results, a column for each value inside.
    """
    run = harness.get_run(run_id)
    harness.check_export(asked.format, with_logs=asked.logs)
    chunks = chunks_of(
        lambda file: harness.export(run.id, asked.format, file, with_logs=asked.logs)
    )
    name = f"run-{short_id(run.id)}.{asked.format}"
    return StreamingResponse(
        chunks,
        media_type=MEDIA_TYPES[asked.format],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
