"""Which model answers: the real one when there is a key, else the simulated one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from athanor import RunContext

from .chat import AccessError, ChatModel
from .endpoint import connect
from .simulated import SimulatedModel


@asynccontextmanager
async def open_model(ctx: RunContext) -> AsyncIterator[ChatModel]:
    """The model to ask, for the duration of a ``with``; raises ``AccessError``."""
    api_key = os.environ.get("OPENAI_API_KEY")
    base_url = os.environ.get("OPENAI_BASE_URL") or None
    if api_key:
        ctx.log("info", f"Asking {base_url or 'the OpenAI API'}")
        async with connect(ctx, api_key, base_url) as endpoint:
            yield endpoint
    else:
        yield _simulated(ctx)


def _simulated(ctx: RunContext) -> SimulatedModel:
    if ctx.config["require_api_key"]:
        raise AccessError(
            "OPENAI_API_KEY is not set and this configuration requires it: set it (any text will "
            "do for a server that asks for none), or switch off 'Require an API key'"
        )
    ctx.log("warn", "OPENAI_API_KEY is not set: the answers are simulated and mean nothing")
    return SimulatedModel()
