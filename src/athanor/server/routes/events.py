"""What happens in a run, as a stream of lines that skips nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse

from athanor.server.live.stream import Stream, line_of
from athanor.server.models.events import EventsAsked, RunEvent
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId

router = APIRouter(prefix="/runs/{run_id}/events", tags=["events"])

NDJSON = "application/x-ndjson"


@router.get(
    "",
    operation_id="follow_run",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "One JSON object a line, each an event.",
            "model": RunEvent,
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **problems(404),
    },
)
async def follow_run(
    run_id: RunId, asked: Annotated[EventsAsked, Query()], harness: Opened, request: Request
) -> StreamingResponse:
    """What a run said, and what it says from now on, until it has ended.

    Nothing is skipped and nothing told twice: whoever was cut off gives the `cursor` of the last
    event as `after`.
    """
    follower = await run_in_threadpool(harness.follower, run_id, asked.after)
    state = request.app.state
    if asked.follow:
        lines = Stream(follower, state.live.feeds, state.pulse).lines()
    else:
        lines = iterate_in_threadpool(map(line_of, follower.news()))
    return StreamingResponse(lines, media_type=NDJSON)
