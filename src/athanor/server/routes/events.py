"""What happens in a run, as a stream of lines that skips nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse

from athanor.errors import DatabaseAway
from athanor.harness.records import event_json
from athanor.server.answers import encoded
from athanor.server.models.events import EventsAsked, RunEvent
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from athanor.harness.following import Follower
    from athanor.server.pulse import Pulse

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
    lines = _lines(follower, request.app.state.pulse, follow=asked.follow)
    return StreamingResponse(lines, media_type=NDJSON)


async def _lines(follower: Follower, pulse: Pulse, *, follow: bool) -> AsyncIterator[bytes]:
    while True:
        beat = pulse.beat()
        with suppress(DatabaseAway):  # the run does not notice; what was told is remembered
            async for event in iterate_in_threadpool(follower.news()):
                yield _line(event)
        if follower.ended or not follow or pulse.stopping:
            return
        await pulse.wait(beat)


def _line(event: Any) -> bytes:
    return encoded(event_json(event)) + b"\n"
