"""A real model, behind any endpoint that speaks OpenAI's chat completions.

The client takes a second to import, so that happens when it is first needed.
"""

from __future__ import annotations

import random
import time
from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from athanor import RunContext

from .chat import AccessError, Message, ModelError, Reply

if TYPE_CHECKING:
    from openai import AsyncOpenAI


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often to try, and how long to wait in between: twice as long each time."""

    attempts: int = 4
    first_delay_s: float = 1.0
    longest_delay_s: float = 30.0

    def delay_s(self, attempt: int) -> float:
        """Seconds to wait after ``attempt`` (from 1), spread so that not all come back at once."""
        delay = min(self.first_delay_s * 2.0 ** (attempt - 1), self.longest_delay_s)
        return delay * random.uniform(0.8, 1.2)


DEFAULT_BACKOFF = Backoff()


@asynccontextmanager
async def connect(
    ctx: RunContext,
    api_key: str,
    base_url: str | None,
    backoff: Backoff = DEFAULT_BACKOFF,
    timeout_s: float = 60.0,
) -> AsyncIterator[Endpoint]:
    """An endpoint that is open for the duration of a ``with``; no base URL means OpenAI's own."""
    from openai import AsyncOpenAI

    # The client's own retries are off: ours are logged, so that a slow run explains itself.
    async with AsyncOpenAI(
        api_key=api_key, base_url=base_url, timeout=timeout_s, max_retries=0
    ) as client:
        yield Endpoint(ctx, client, backoff)


class Endpoint:
    """Asks the endpoint, and asks again while that may help."""

    simulated = False

    def __init__(self, ctx: RunContext, client: AsyncOpenAI, backoff: Backoff) -> None:
        self.ctx = ctx
        self.client = client
        self.backoff = backoff

    async def reply(
        self, name: str, messages: list[Message], *, max_tokens: int, seed: int
    ) -> Reply:
        """The model's next message; raises ``ModelError`` or ``AccessError``."""
        import openai

        request = {"model": name, "messages": messages, "max_tokens": max_tokens, "seed": seed}
        for attempt in count(1):
            try:
                return await self._request(request)
            except (
                openai.APIConnectionError,  # or no answer in time
                openai.InternalServerError,  # any 5xx
                openai.RateLimitError,
            ) as error:
                await self._wait_or_give_up(name, attempt, error)
            except openai.AuthenticationError as error:
                raise AccessError(f"OPENAI_API_KEY was refused: {error}") from error
            except openai.OpenAIError as error:
                raise ModelError(f"{name} cannot be asked: {error}") from error
        raise AssertionError("count() does not end")

    async def _request(self, request: dict[str, Any]) -> Reply:
        started = time.monotonic()
        completion = await self.client.chat.completions.create(**request)
        return _reply(completion, time.monotonic() - started)

    async def _wait_or_give_up(self, name: str, attempt: int, error: Exception) -> None:
        if attempt >= self.backoff.attempts:
            message = f"{name} did not answer in {attempt} attempts; the last one said: {error}"
            raise ModelError(message) from error
        delay_s = self.backoff.delay_s(attempt)
        self.ctx.log(
            "warn",
            f"{name} did not answer, trying again in {delay_s:.1f} s",
            {"attempt": attempt, "delay_s": round(delay_s, 3), "error": str(error)},
        )
        await sleep(delay_s)


def _reply(completion: Any, latency_s: float) -> Reply:
    """The part of a completion that counts; raises ``ModelError`` if it is not there."""
    from openai.types.chat import ChatCompletion

    # A base URL that leads to a web page answers 200 too, and the client hands out its text.
    if not isinstance(completion, ChatCompletion):
        raise ModelError("expected a chat completion; does OPENAI_BASE_URL end in /v1?")
    text = completion.choices[0].message.content if completion.choices else None
    if not text:
        raise ModelError("the model answered without text; is max_tokens large enough?")
    usage = completion.usage
    return Reply(
        text=text,
        prompt_tokens=usage.prompt_tokens if usage else 0,
        completion_tokens=usage.completion_tokens if usage else 0,
        latency_s=latency_s,
    )
